using TrustedApps.Limits;

namespace TrustedApps.Tests.Limits;

public sealed class AnswerTimeoutTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource<string> _answer = new();
    private readonly AnswerTimeout _timeout;
    private CancellationToken _told;

    public AnswerTimeoutTests() => _timeout = new AnswerTimeout(TimeSpan.FromSeconds(5), _time);

    [Fact]
    public async Task An_answer_that_comes_too_late_is_discarded_and_its_maker_told()
    {
        var discarded = new List<string>();
        Task<string> waiting = AskAsync(discarded.Add);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        Assert.True(SpinWait.SpinUntil(() => _told.IsCancellationRequested, TimeSpan.FromSeconds(30)));
        Assert.Empty(discarded);
        _answer.SetResult("late");
        Assert.Equal(["late"], discarded);
    }

    [Fact]
    public async Task An_answer_in_time_is_not_discarded()
    {
        Task<string> waiting = AskAsync(_ => Assert.Fail("It was in time."));
        _answer.SetResult("in time");
        Assert.Equal("in time", await waiting);
        Assert.False(_told.IsCancellationRequested);
    }

    [Fact]
    public async Task A_failure_that_comes_too_late_is_observed()
    {
        Task<string> waiting = AskAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        _answer.SetException(new IOException());
        int unobserved = 0;
        TaskScheduler.UnobservedTaskException += (_, _) => unobserved++;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(0, unobserved);
    }

    [Fact]
    public async Task What_is_answered_at_once_leaves_nothing_to_the_next()
    {
        bool isTold = false;
        Assert.Equal(1, await _timeout.AskAsync(
            (_, ended) =>
            {
                ended.Register(() => isTold = true);
                return new ValueTask<int>(1);
            },
            0,
            cancellationToken: TestContext.Current.CancellationToken));
        Task<string> waiting = AskAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        Assert.True(SpinWait.SpinUntil(() => _told.IsCancellationRequested, TimeSpan.FromSeconds(30)));
        Assert.False(isTold);
    }

    private Task<string> AskAsync(Action<string>? discard = null) => _timeout
        .AskAsync(
            (_, ended) =>
            {
                _told = ended;
                return new ValueTask<string>(_answer.Task);
            },
            0,
            discard: discard)
        .AsTask();
}
