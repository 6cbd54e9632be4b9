namespace TrustedApps.Protocols;

/// <summary>What an assertion says, before it is proven.</summary>
/// <param name="Milliseconds">The time stamp: milliseconds since 1970.</param>
/// <param name="User">The user name.</param>
/// <param name="SecretKey">The symmetric key that encrypted it, in versions that have one.</param>
internal readonly record struct OpenedAssertion(long Milliseconds, string User, UInt128 SecretKey = default);
