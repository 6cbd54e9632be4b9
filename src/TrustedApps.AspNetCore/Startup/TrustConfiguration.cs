using System.Collections.Immutable;
using TrustedApps.AspNetCore.Certificates;

namespace TrustedApps.AspNetCore.Startup;

/// <summary>
/// The trusts of configuration: those that it states in full, and those whose certificate was kept or has to be
/// fetched. A change is planned first, and done only if the whole of it can be. Requests see each trust before it or
/// after it.
/// </summary>
internal sealed class TrustConfiguration
{
    private ImmutableArray<ConfiguredTrust> _entries = [];

    public InMemoryTrustStore Trusts { get; } = new();

    /// <summary>The trusts that are refused until their certificate is at hand.</summary>
    public PendingTrusts Pending { get; } = new();

    /// <summary>The trusts as the configuration states them.</summary>
    public IReadOnlyList<ConfiguredTrust> Entries => _entries;

    /// <summary>Reads the trusts of a scheme. Asks no other application.</summary>
    /// <exception cref="InvalidOperationException">
    /// A trust cannot be used, or an application is there twice; the message names the setting.
    /// </exception>
    public static TrustConfiguration Read(TrustedAppsOptions options, TimeProvider time)
    {
        var configuration = new TrustConfiguration();
        TrustChange all = configuration.Plan(options, time);
        configuration.Withdraw(all);
        configuration.Put(all);
        return configuration;
    }

    /// <summary>Plans what options make of the trusts. Changes nothing, and asks no other application.</summary>
    /// <exception cref="InvalidOperationException">
    /// A trust cannot be used, or an application is there twice; the message names the setting.
    /// </exception>
    public TrustChange Plan(TrustedAppsOptions options, TimeProvider time)
    {
        List<ConfiguredTrust> removed = [.. _entries], entries = [], added = [];
        for (int index = 0; index < options.Applications.Count; index++)
        {
            string setting = SettingOf(options.SectionPath, index);
            var entry = new ConfiguredTrust(setting, options.Applications[index], options, time);
            if (removed.Find(known => known.Settings == entry.Settings) is { } same)
            {
                entries.Add(same);
                removed.Remove(same);
                continue;
            }

            entries.Add(entry);
            added.Add(entry);
        }

        List<ServedTrust> served = [];
        foreach (ConfiguredTrust entry in added)
        {
            if (entry.FindStated() is { } stated) served.Add(new(entry, stated, Earlier: null));
            else if (FindCarried(entry, removed) is { } carried) served.Add(carried);
        }

        ConfiguredTrust[] awaited = [.. added.Except(served.Select(trust => trust.Entry))];
        var change = new TrustChange(entries, removed, served, awaited);
        RequireOnce(change);
        return change;
    }

    /// <summary>Does the first part of a change: what is not stated any more is not trusted any more.</summary>
    public void Withdraw(TrustChange change)
    {
        foreach (ConfiguredTrust entry in change.Awaited) Pending.Add(entry); // first: its requests are put off
        foreach (ConfiguredTrust entry in change.Removed)
        {
            Pending.Remove(entry);
            bool stays = change.Served.Any(served => served.Trust.Id == entry.ApplicationId); // replaced in one step
            if (entry.ApplicationId is { } id && !stays) Trusts.Remove(id);
        }
    }

    /// <summary>Does the second part of a change: what is new or changed is trusted.</summary>
    public void Put(TrustChange change)
    {
        foreach (ServedTrust served in change.Served) Put(served);
        _entries = [.. change.Entries];
        for (int index = 0; index < _entries.Length; index++)
        {
            _entries[index].Setting = SettingOf(_entries[index].Section, index);
        }
    }

    /// <summary>
    /// Adds a trust whose certificate was kept or fetched, in the place of the one that was kept, if there is one.
    /// </summary>
    /// <returns>Whether it was added: no other trust has its id.</returns>
    public bool TryAdd(ConfiguredTrust entry, TrustedApplication trust, TrustedApplication? earlier)
    {
        if ((earlier is null || !Trusts.TryReplace(earlier, trust)) && !Trusts.TryAdd(trust)) return false;
        entry.ApplicationId = trust.Id;
        Pending.Remove(entry);
        return true;
    }

    /// <summary>Returns the problem of an application that has two trusts.</summary>
    public static string Twice(string id) =>
        $"the application '{id}' is there already. Configure one trust for each application; if another application states this id, set Id in both trusts.";

    private static string SettingOf(string? section, int index) =>
        section is null ? $"Applications:{index}" : $"{section}:Applications:{index}";

    private static void RequireOnce(TrustChange change)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < change.Entries.Count; index++)
        {
            if (change.FindId(change.Entries[index]) is not { } id || ids.Add(id)) continue;
            throw new InvalidOperationException($"{SettingOf(change.Entries[index].Section, index)}: {Twice(id)}");
        }
    }

    private ServedTrust? FindCarried(ConfiguredTrust entry, List<ConfiguredTrust> removed)
    {
        foreach (ConfiguredTrust earlier in removed)
        {
            if (FindPresent(earlier) is not { } present) continue;
            if (entry.FindCarried(earlier, present) is { } trust) return new(entry, trust, earlier);
        }

        return null;
    }

    private TrustedApplication? FindPresent(ConfiguredTrust entry) =>
        entry.ApplicationId is { } id ? Trusts.Find(id) : null;

    private void Put(ServedTrust served)
    {
        served.Entry.ApplicationId = served.Trust.Id;
        if (served.Earlier is null)
        {
            Trusts.Replace(served.Trust);
            return;
        }

        // A refresh may put a newer certificate on record at any moment: none is lost.
        while (FindPresent(served.Earlier) is { } present)
        {
            TrustedApplication trust = served.Entry.FindCarried(served.Earlier, present) ?? served.Trust;
            if (Trusts.TryReplace(present, trust)) return;
        }

        Trusts.Replace(served.Trust);
    }
}
