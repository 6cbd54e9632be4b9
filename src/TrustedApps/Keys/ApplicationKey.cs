namespace TrustedApps.Keys;

/// <summary>One of an application's own keys, without its private part.</summary>
/// <param name="Use">What it is for.</param>
/// <param name="Status">Where it stands in its rotation.</param>
/// <param name="PublicKey">The public key.</param>
/// <param name="RetiredAt">When it was retired, in whole seconds; null unless it is.</param>
public sealed record ApplicationKey(KeyUse Use, KeyStatus Status, RsaPublicKey PublicKey, DateTimeOffset? RetiredAt);
