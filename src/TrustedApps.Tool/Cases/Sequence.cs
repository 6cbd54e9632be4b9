using TrustedApps.Replay;

namespace TrustedApps.Tool.Cases;

/// <summary>
/// The state that cases of one sequence share: the replay cache, the cached key grants, and the trusts that did not
/// change from one case to the next. A case that names no sequence has one of its own.
/// </summary>
internal sealed class Sequence : ITrustStore, IDisposable
{
    private readonly InMemoryReplayCache _memory;
    private readonly SettableClock _clock = new();
    private CaseTrusts _trusts = CaseTrusts.None;
    private AssertionVerifier? _verifier;
    private string? _provider;

    public Sequence() =>
        _memory = new InMemoryReplayCache(new InMemoryReplayCacheOptions { IsNewInstallation = true }, _clock);

    public TrustedApplication? Find(string applicationId) => _trusts.Find(applicationId);

    public async ValueTask<(Verdict Verdict, CaseTrusts Trusts)> VerifyAsync(
        RequestCase request,
        CancellationToken cancellationToken
    )
    {
        _clock.Now = request.Now;
        _trusts = CaseTrusts.Read(request.Trusts, request.Now, _trusts);
        if (_verifier is null || _provider != request.Provider.Text)
        {
            _verifier = BadInputException.Check(() =>
                new AssertionVerifier(
                    this,
                    UserResolvers.Everyone,
                    request.Provider.ToOptions(),
                    _memory,
                    _clock
                )
            );
            _provider = request.Provider.Text;
        }

        Verdict verdict = await _verifier
            .VerifyAsync(request.Request, request.Users, cancellationToken)
            .ConfigureAwait(false);
        return (verdict, _trusts);
    }

    public void Dispose() => _memory.Dispose();

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
