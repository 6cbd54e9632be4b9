namespace TrustedApps.Conditions;

/// <summary>The versions under which a condition has an effect.</summary>
public enum ConditionScope
{
    /// <summary>Every version.</summary>
    EveryVersion,

    /// <summary>Version 4 alone.</summary>
    Version4,

    /// <summary>Versions 1 to 3 and Warwick.</summary>
    OlderVersions,
}
