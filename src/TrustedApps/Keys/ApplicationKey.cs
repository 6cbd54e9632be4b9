namespace TrustedApps.Keys;

/// <summary>One of an application's own keys, without its private part.</summary>
/// <param name="Use">The use of the key.</param>
/// <param name="Status">The place of the key in its rotation.</param>
/// <param name="PublicKey">The public key.</param>
/// <param name="RetiredAt">The time at which it was retired, in whole seconds; null unless it is retired.</param>
public sealed record ApplicationKey(KeyUse Use, KeyStatus Status, RsaPublicKey PublicKey, DateTimeOffset? RetiredAt)
{
    /// <summary>
    /// The time, in whole seconds, from which <see cref="ApplicationKeys.RotateEncryptionKeys"/> puts a next key in
    /// use, or retires a current one.
    /// </summary>
    /// <value>Null for a retired key, and for a key that does not rotate by itself.</value>
    public DateTimeOffset? DueAt { get; init; }
}
