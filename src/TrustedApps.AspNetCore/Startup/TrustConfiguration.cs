using TrustedApps.AspNetCore.Certificates;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// The trusts of configuration: those that it states in full, and those whose certificate was kept or has to be
/// fetched.
/// </summary>
internal sealed class TrustConfiguration
{
    private TrustConfiguration(InMemoryTrustStore trusts, PendingTrusts pending) =>
        (Trusts, Pending) = (trusts, pending);

    public InMemoryTrustStore Trusts { get; }

    /// <summary>The trusts that are refused until their certificate is at hand.</summary>
    public PendingTrusts Pending { get; }

    /// <summary>Reads the trusts of a scheme. Asks no other application.</summary>
    /// <exception cref="InvalidOperationException">
    /// A trust cannot be used, or an application is there twice; the message names the setting.
    /// </exception>
    public static TrustConfiguration Read(TrustedAppsOptions options, TimeProvider time)
    {
        var trusts = new InMemoryTrustStore();
        var pending = new PendingTrusts();
        for (int index = 0; index < options.Applications.Count; index++)
        {
            var configured = new ConfiguredTrust($"Applications:{index}", options.Applications[index], options, time);
            if (configured.FindStated() is not { } trust) pending.Add(configured);
            else if (!trusts.TryAdd(trust))
            {
                throw new InvalidOperationException($"{configured.Setting}: {Twice(trust.Id)}");
            }
        }

        return new TrustConfiguration(trusts, pending);
    }

    /// <summary>Returns the problem of an application that has two trusts.</summary>
    public static string Twice(string id) =>
        $"the application '{id}' is there already. Configure one trust for each application; if another application states this id, set Id in both trusts.";
}
