using System.Collections.Concurrent;
using TrustedApps.Certificates;

namespace TrustedApps.Tests.Certificates;

/// <summary>A source that says what a test wants, and records what it is asked.</summary>
internal sealed class ScriptedRecordSource : ICertificateRecordSource
{
    private readonly ConcurrentQueue<string> _calls = new();

    /// <summary>The calls in their order, such as "find wiki".</summary>
    public IEnumerable<string> Calls => _calls;

    public IReadOnlyList<string> Due { get; set; } = [];

    public IReadOnlyList<string> DueChecks { get; set; } = [];

    /// <summary>Fails a call, given its text.</summary>
    public Action<string> OnCall { get; set; } = _ => { };

    /// <summary>Suspects are claimed once this has completed.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public Task<IReadOnlyList<string>> ClaimDueAsync(DateTimeOffset now, CancellationToken cancellationToken) => Answer("claim due", Due);

    public async Task<bool> ClaimSuspectAsync(string applicationId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool isClaimed = await Answer($"claim {applicationId}", false);
        await Ready;
        return isClaimed;
    }

    public Task<IReadOnlyList<string>> FindDueChecksAsync(DateTimeOffset now, CancellationToken cancellationToken) => Answer("find checks", DueChecks);

    public Task<CertificateRecord?> FindAsync(string applicationId, CancellationToken cancellationToken) => Answer<CertificateRecord?>($"find {applicationId}", null);

    public Task<bool> ChangeAsync(
        string applicationId, Func<CertificateRecord, CertificateRecord> change, CancellationToken cancellationToken) =>
        Answer($"change {applicationId}", true);

    public Task ScheduleAsync(string applicationId, DateTimeOffset nextFetch, CancellationToken cancellationToken) => Answer($"schedule {applicationId}", true);

    private Task<T> Answer<T>(string call, T answer)
    {
        _calls.Enqueue(call);
        OnCall(call);
        return Task.FromResult(answer);
    }
}
