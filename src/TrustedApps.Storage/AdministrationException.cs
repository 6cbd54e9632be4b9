namespace TrustedApps.Storage;

/// <summary>A change of an administrator that was not made. The message is for people and names the remedy.</summary>
/// <param name="problem">The kind of problem.</param>
/// <param name="message">The message.</param>
public sealed class AdministrationException(AdministrationProblem problem, string message) : Exception(message)
{
    /// <summary>The kind of problem.</summary>
    public AdministrationProblem Problem => problem;
}

/// <summary>The problem with a change.</summary>
public enum AdministrationProblem
{
    /// <summary>There is no such application, key or certificate in the store.</summary>
    NotFound,

    /// <summary>The store, or the host's configuration, has one already.</summary>
    Exists,

    /// <summary>It was changed since it was read.</summary>
    Changed,

    /// <summary>The change is not valid.</summary>
    Invalid,
}
