using System.Collections.Concurrent;
using System.Diagnostics;
using TrustedApps;

namespace Samples.Tests;

/// <summary>A request after the other, each to all nodes at once, until it is told to end.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int Senders = 4;

    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<SentRequest> _sent = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly TrustedBlog _blog;
    private readonly string[] _nodes;
    private readonly Task _sending;

    public SteadyLoad(TrustedBlog blog, string[] nodes)
    {
        (_blog, _nodes) = (blog, nodes);
        _sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync)));
    }

    public TimeSpan Elapsed => _elapsed.Elapsed;

    /// <summary>Waits until some that were sent from now on were accepted.</summary>
    public Task AcceptedSomeAsync()
    {
        TimeSpan from = Elapsed;
        return UntilAsync(() => _sent.Count(request => request.Sent >= from && request.Answers.Any(answer => answer.Code == "OK")) >= 10);
    }

    /// <summary>Lets it go on until this moment.</summary>
    public Task GoesOnUntilAsync(TimeSpan moment) => UntilAsync(() => Elapsed >= moment);

    /// <summary>Ends it, and says what was sent.</summary>
    public async Task<IReadOnlyList<SentRequest>> EndAsync()
    {
        await _ending.CancelAsync();
        await _sending;
        return [.. _sent];
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the test has failed, and says why
        _ending.Dispose();
    }

    private async Task SendAsync()
    {
        using var pace = new PeriodicTimer(_pace);
        while (!_ending.IsCancellationRequested)
        {
            AssertionHeaders headers = _blog.Issue();
            TimeSpan sent = Elapsed;
            Answer[] answers = await Task.WhenAll(_nodes.Select(node => TrustedBlog.SendAsync(headers, node)));
            _sent.Enqueue(new SentRequest(headers, sent, Elapsed, answers));
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(_deadline);
        using var pace = new PeriodicTimer(_pace);
        while (!holds())
        {
            if (_sending.IsFaulted) await _sending;
            await pace.WaitForNextTickAsync(deadline.Token);
        }
    }
}

/// <summary>A request that was sent to all nodes, and their answers.</summary>
internal sealed record SentRequest(AssertionHeaders Headers, TimeSpan Sent, TimeSpan Answered, IReadOnlyList<Answer> Answers);
