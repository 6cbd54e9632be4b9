namespace TrustedApps.Storage;

/// <summary>An administrator's change that was not made. The message is for people and says what to do.</summary>
/// <param name="problem">What stands against it.</param>
/// <param name="message">The message.</param>
public sealed class AdministrationException(AdministrationProblem problem, string message) : Exception(message)
{
    /// <summary>What stands against it.</summary>
    public AdministrationProblem Problem => problem;
}

/// <summary>What stands against a change.</summary>
public enum AdministrationProblem
{
    /// <summary>There is no such application, key or certificate in the store.</summary>
    NotFound,

    /// <summary>There is one already: in the store, or in the host's configuration.</summary>
    Exists,

    /// <summary>Somebody else changed it since it was read.</summary>
    Changed,

    /// <summary>What was asked for cannot be.</summary>
    Invalid,
}
