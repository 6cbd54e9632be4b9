namespace TrustedApps.Storage;

/// <summary>What an administrator may change of a trust; its id and its keys are changed otherwise.</summary>
/// <param name="Name">A name for people: 1 to 255 characters without control and bidirectional-formatting characters.</param>
/// <param name="Conditions">What the application may do.</param>
/// <param name="Legacy">What an application that speaks version 4 may do under older versions; null for nothing, and for one that does not.</param>
public sealed record TrustEdit(string Name, TrustConditions Conditions, LegacyAccess? Legacy = null);
