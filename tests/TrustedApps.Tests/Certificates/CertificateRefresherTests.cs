using Microsoft.Extensions.Logging;
using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

/// <summary>The order of the steps, and that no failure of one stops another. Fetches are tested where there are servers.</summary>
public sealed class CertificateRefresherTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly ScriptedRecordSource _source = new();
    private readonly LogRecorder _logs = new();
    private readonly CertificateClient _client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_round_checks_what_is_held_first_and_then_fetches_what_is_due()
    {
        (_source.DueChecks, _source.Due) = (["blog"], ["wiki", "forum"]);

        await Create().RefreshDueAsync(Cancellation);

        Assert.Equal(["find checks", "change blog", "claim due", "find wiki", "find forum"], _source.Calls);
        Assert.Empty(_logs.Lines);
    }

    [Fact]
    public async Task Where_fetches_are_off_nothing_is_checked_and_nothing_is_claimed()
    {
        _source.DueChecks = ["blog"];
        CertificateRefresher refresher = Create(new CertificateRefresherOptions { FetchesCertificates = false });

        refresher.Suspect("wiki");
        await refresher.RefreshDueAsync(Cancellation);

        Assert.Empty(_source.Calls);
    }

    [Theory]
    [InlineData("change blog", "find checks,change blog,claim due,find wiki,find forum")]
    [InlineData("find wiki", "find checks,change blog,claim due,find wiki,find forum")]
    [InlineData("claim due", "find checks,change blog,claim due")]
    [InlineData("find checks", "find checks")]
    public async Task A_source_that_fails_skips_one_record_or_the_round_and_is_logged(string failing, string calls)
    {
        (_source.DueChecks, _source.Due) = (["blog"], ["wiki", "forum"]);
        _source.OnCall = call =>
        {
            if (call == failing) throw new TimeoutException("The database is silent.");
        };

        await Create().RefreshDueAsync(Cancellation);

        Assert.Equal(calls.Split(','), _source.Calls);
        LogLine line = Assert.Single(_logs.Lines);
        Assert.Equal((75, LogLevel.Warning, "RefreshPostponed"), (line.Event.Id, line.Level, line.Event.Name));
        Assert.Contains("The database is silent.", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_the_source_rejects_is_logged_with_its_reason()
    {
        _source.DueChecks = ["blog"];
        _source.OnCall = call =>
        {
            if (call.StartsWith("change", StringComparison.Ordinal)) throw new CertificateException("It lists the legacy key.");
        };

        await Create().RefreshDueAsync(Cancellation);

        LogLine line = Assert.Single(_logs.Lines);
        Assert.Equal((42, LogLevel.Warning), (line.Event.Id, line.Level));
        Assert.Contains("It lists the legacy key.", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspects_are_claimed_one_at_a_time_and_a_suspect_that_waits_is_not_added_twice()
    {
        var ready = new TaskCompletionSource();
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.Ready = ready.Task;
        _source.OnCall = call =>
        {
            if (call == "claim first") isAsked.TrySetResult();
            if (call == "claim last") isDone.TrySetResult();
        };
        using var ending = new CancellationTokenSource();
        CertificateRefresher refresher = Create();
        Task running = refresher.RunAsync(ending.Token);

        refresher.Suspect("first");
        await isAsked.Task.WaitAsync(_patience, Cancellation);
        for (int round = 0; round < 1000; round++) refresher.Suspect("wiki"); // one application cannot fill the list of suspects
        refresher.Suspect("last");
        ready.SetResult();
        await isDone.Task.WaitAsync(_patience, Cancellation);

        Assert.Equal(["claim first", "claim wiki", "claim last"], _source.Calls);
        await ending.CancelAsync();
        await running.WaitAsync(_patience, Cancellation);
    }

    [Fact]
    public async Task Of_many_suspects_a_hundred_wait_and_the_others_are_dropped()
    {
        var isDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CertificateRefresher refresher = Create();
        for (int number = 0; number < 1000; number++) refresher.Suspect($"wiki:{number}");
        _source.OnCall = call =>
        {
            if (call == "claim wiki:99") isDone.TrySetResult();
        };
        using var ending = new CancellationTokenSource();
        Task running = refresher.RunAsync(ending.Token);
        await isDone.Task.WaitAsync(_patience, Cancellation);

        Assert.Equal(100, _source.Calls.Count());
        await ending.CancelAsync();
        await running.WaitAsync(_patience, Cancellation);
    }

    [Fact]
    public async Task A_suspect_that_fails_does_not_keep_the_next_from_being_fetched()
    {
        var isDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.OnCall = call =>
        {
            if (call == "claim wiki") throw new TimeoutException("The database is silent.");
            isDone.TrySetResult();
        };
        using var ending = new CancellationTokenSource();
        CertificateRefresher refresher = Create();
        Task running = refresher.RunAsync(ending.Token);

        refresher.Suspect("wiki");
        refresher.Suspect("blog");
        await isDone.Task.WaitAsync(_patience, Cancellation);

        Assert.Single(_logs.Lines, line => line.Event.Id == 75);
        await ending.CancelAsync();
        await running.WaitAsync(_patience, Cancellation);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(30 * 24 * 60 + 1)]
    public void A_hold_outside_its_range_is_refused(int minutes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CertificateRefresherOptions { Hold = TimeSpan.FromMinutes(minutes) });

    private CertificateRefresher Create(CertificateRefresherOptions? options = null) =>
        new(_source, _client, options, time: null, _logs.CreateLogger("TrustedApps.Test"));
}
