namespace TrustedApps.Storage;

/// <summary>
/// The parts of a trust that an administrator edits. The id cannot change; keys have operations of their own.
/// </summary>
/// <param name="Name">
/// The name for people: 1 to 255 characters without control and bidirectional-formatting characters.
/// </param>
/// <param name="Conditions">The conditions of the trust.</param>
/// <param name="Legacy">
/// The access under older versions of an application that speaks version 4; null for none, and for an application of
/// older versions alone.
/// </param>
public sealed record TrustEdit(string Name, TrustConditions Conditions, LegacyAccess? Legacy = null);
