using System.Text.Json;

namespace TrustedApps.Conditions;

/// <summary>
/// One member of <see cref="TrustConditions"/>: its names, its texts for people, and access to its value.
/// Configuration, the store, the management API, the pages, the tool and its cases read this description instead of
/// listing members.
/// </summary>
/// <remarks>A member is a <see cref="ListMember"/>, a <see cref="TimeMember"/> or a <see cref="FlagMember"/>.</remarks>
public abstract class ConditionMember
{
    private protected ConditionMember()
    {
    }

    /// <summary>
    /// The name of the property of <see cref="TrustConditions"/>, and of the setting in configuration.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The name in the JSON of the store, the management API and the tool.</summary>
    public required string JsonName { get; init; }

    /// <summary>The name in cases of <c>trusted-apps verify</c>; null for a member that cases do not have.</summary>
    public string? CaseName { get; init; }

    /// <summary>The name of the tool's option, such as <c>--timeout</c>.</summary>
    public required string OptionName { get; init; }

    /// <summary>A label for people.</summary>
    public required string Label { get; init; }

    /// <summary>A label of at most 12 characters, for narrow tables. Default <see cref="Label"/>.</summary>
    public string ShortLabel { get => field ?? Label; init; }

    /// <summary>One or two sentences for people: the meaning, the values and the default.</summary>
    public required string Help { get; init; }

    /// <summary>Text that stands behind a value that differs from the default; null for none.</summary>
    public string? Remark { get; init; }

    /// <summary>The versions under which the member has an effect.</summary>
    public ConditionScope Scope { get; init; }

    /// <summary>Returns whether the member has an effect under a version.</summary>
    /// <param name="version">The version.</param>
    /// <returns>Whether it has.</returns>
    public bool AppliesTo(ProtocolVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return Scope == ConditionScope.EveryVersion || version.IsLegacy == (Scope == ConditionScope.OlderVersions);
    }

    /// <summary>Returns conditions with another value of this member.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="value">The value, of the type of the member's kind.</param>
    /// <returns>The conditions with the value.</returns>
    /// <exception cref="ArgumentException">The value has another type, or is not valid.</exception>
    internal abstract TrustConditions SetValue(TrustConditions conditions, object value);

    /// <summary>Returns the value of this member; null where it is the default that JSON leaves out.</summary>
    internal abstract object? GetValue(TrustConditions conditions);

    /// <summary>Writes a value.</summary>
    internal abstract void Write(Utf8JsonWriter json, object value);

    /// <summary>Reads a value; null stands for a JSON null, where the member may have one.</summary>
    /// <exception cref="JsonException">The value has another kind.</exception>
    internal abstract object? Read(ref Utf8JsonReader json);

    private protected JsonException Wrong(string expected) => new($"'{JsonName}' must be {expected}.");
}
