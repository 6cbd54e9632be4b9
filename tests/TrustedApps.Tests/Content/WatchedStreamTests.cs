using TrustedApps.Content;

namespace TrustedApps.Tests.Content;

public sealed class WatchedStreamTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new(Fixture.Now);
    private readonly Trusts _trusts = new();
    private readonly PausingStream _content = new();
    private readonly WatchedStream _stream;

    public WatchedStreamTests() => _stream = new WatchedStream(_content, new ContentWatch(_trusts, _trusts.Trust, null, _clock));

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _content.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_throws_ends_a_read_that_waits_and_no_process()
    {
        Task<int> reading = ReadAsync();
        _trusts.Failure = new InvalidOperationException("The store is broken.");
        _clock.Advance(TimeSpan.FromSeconds(10)); // runs the callback of the timer
        ContentLapseException lapse = await Assert.ThrowsAsync<ContentLapseException>(() => reading);
        Assert.Equal("content.trusts-unavailable", lapse.Reason.Id);
    }

    [Fact]
    public async Task Code_that_is_told_of_the_end_and_throws_ends_no_process()
    {
        _content.Token = token => token.Register(() => throw new InvalidOperationException("Not now."));
        Task<int> reading = ReadAsync();
        _trusts.IsRemoved = true;
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<ContentLapseException>(() => reading);
    }

    [Fact]
    public async Task Reads_that_do_not_wait_set_no_timer_and_those_that_wait_share_one()
    {
        Task<TimeSpan> timer = _clock.NextTimer;
        _content.IsReady = true;
        for (int read = 0; read < 100; read++) Assert.Equal(1, await ReadAsync());
        Assert.False(timer.IsCompleted);

        _content.IsReady = false;
        for (int read = 0; read < 3; read++)
        {
            Task<int> reading = ReadAsync();
            Assert.Equal(TimeSpan.FromSeconds(10), await timer);
            _content.Deliver();
            Assert.Equal(1, await reading);
        }

        _trusts.Asked = 0;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _trusts.Asked); // none is set between reads
    }

    [Fact]
    public async Task A_caller_who_cancels_a_read_may_go_on()
    {
        using var leaving = new CancellationTokenSource();
        Task<int> reading = _stream.ReadAsync(new byte[1], leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        _content.IsReady = true;
        Assert.Equal(1, await ReadAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _stream.ReadAsync(new byte[1], leaving.Token).AsTask());
    }

    private Task<int> ReadAsync() => _stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();

    private sealed class Trusts : ITrustStore
    {
        public TrustedApplication Trust { get; } = Fixture.Trust(Fixture.Wiki, ProtocolVersion.Version4);

        public Exception? Failure { get; set; }

        public bool IsRemoved { get; set; }

        public int Asked { get; set; }

        public TrustedApplication? Find(string applicationId)
        {
            Asked++;
            return Failure is not null ? throw Failure : IsRemoved ? null : Trust;
        }
    }

    /// <summary>A byte for each read, at once or when the test delivers it.</summary>
    private sealed class PausingStream : MemoryStream
    {
        private TaskCompletionSource<int> _pending = new();

        public bool IsReady { get; set; }

        public Action<CancellationToken>? Token { get; set; }

        public void Deliver() => _pending.SetResult(1);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Token?.Invoke(cancellationToken);
            if (IsReady) return 1;
            _pending = new TaskCompletionSource<int>();
            return await _pending.Task.WaitAsync(cancellationToken);
        }
    }
}
