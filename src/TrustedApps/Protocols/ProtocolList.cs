using TrustedApps.Keys;
using TrustedApps.Limits;
using TrustedApps.Protocols.Version4;

namespace TrustedApps.Protocols;

/// <summary>The protocols that one verifier speaks. A new version is added here, in one line.</summary>
internal sealed class ProtocolList
{
    private static readonly TimeSpan _grantLifetime = TimeSpan.FromMinutes(10); // specification version-4.md, section 3

    private readonly ITrustedAppProtocol[] _all; // the most frequent version comes first

    private ProtocolList(ITrustedAppProtocol[] all) => _all = all;

    /// <summary>Counts the key grants that are kept of each application.</summary>
    public IEnumerable<KeyValuePair<string, int>> CountKeyGrants() => _all.SelectMany(each => each.CountKeyGrants());

    /// <summary>Creates the protocols of one verifier, which cache verified values.</summary>
    /// <param name="options">The provider's configuration.</param>
    /// <param name="budget">The processor time for failed verifications of key grants.</param>
    /// <param name="keyTimeout">The time limit for own private keys.</param>
    /// <param name="trusts">The trusts.</param>
    public static ProtocolList Create(
        AssertionVerifierOptions options, FailureBudget budget, AnswerTimeout keyTimeout, ITrustStore trusts)
    {
        BaseUrl[] protectedUrls = [.. options.BaseUrls.Where(url => url.IsProtected || options.AllowHttp)];
        var rules = new KeyGrantRules(
            Keys: null,
            protectedUrls,
            options.AcceptAnyBaseUrl,
            (long)options.ClockSkew.TotalSeconds,
            (long)options.MaxGrantLifetime.TotalSeconds
        );
        var grants = new KeyGrantVerifier(rules, new KeyGrantLimits(), budget, keyTimeout, trusts);
        var version4 = new Version4Protocol(grants);
        return new([version4, .. options.LegacyProtocols.Select(legacy => new LegacyAdapter(legacy))]);
    }

    /// <summary>Creates the consumer's side of version 4, for one provider.</summary>
    public static IAssertionWriter CreateWriter(
        ApplicationKeys keys,
        KeyGrantRecipient provider,
        BaseUrl baseUrl,
        AnswerTimeout keyTimeout,
        OncePerSecond givingUp,
        OncePerSecond doubling
    ) => new Version4Writer(new KeyGrantIssuer(
        keys, provider, baseUrl, _grantLifetime, keyTimeout, givingUp, doubling));

    /// <summary>Creates the consumer's side of an older version.</summary>
    public static IAssertionWriter CreateWriter(LegacyProtocol legacy) => new LegacyAdapter(legacy);

    /// <summary>Finds the protocol of a version; null when this verifier does not speak it.</summary>
    public ITrustedAppProtocol? Find(ProtocolVersion? version)
    {
        foreach (ITrustedAppProtocol protocol in _all)
        {
            if (ReferenceEquals(protocol.Version, version)) return protocol;
        }

        return null;
    }
}
