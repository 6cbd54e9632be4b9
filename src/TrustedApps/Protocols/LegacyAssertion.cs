using System.Diagnostics.CodeAnalysis;

namespace TrustedApps.Protocols;

/// <summary>
/// The content of an opened assertion of an older version; not proven before its signature is checked.
/// </summary>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
/// <param name="User">The user name.</param>
/// <param name="State">An object that the protocol needs in later checks; null for none. Secret.</param>
[Experimental("TA0001")]
public readonly record struct LegacyAssertion(long Milliseconds, string User, object? State = null)
{
    /// <summary>Returns the name of the type, because the state is secret.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => nameof(LegacyAssertion);
}
