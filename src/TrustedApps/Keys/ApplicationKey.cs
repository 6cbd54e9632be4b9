namespace TrustedApps.Keys;

/// <summary>One of an application's own keys, without its private part.</summary>
/// <param name="Use">The use of the key.</param>
/// <param name="Status">The place of the key in its rotation.</param>
/// <param name="PublicKey">The public key.</param>
/// <param name="RetiredAt">The time at which it was retired, in whole seconds; null unless it is retired.</param>
public sealed record ApplicationKey(KeyUse Use, KeyStatus Status, RsaPublicKey PublicKey, DateTimeOffset? RetiredAt)
{
    /// <summary>
    /// The time from which <see cref="ApplicationKeys.RotateEncryptionKeys"/> moves the key on, in whole seconds: a next
    /// key is put in use, and a current one is retired.
    /// </summary>
    /// <value>Null for a retired key, and for a key that does not rotate by itself.</value>
    public DateTimeOffset? DueAt { get; init; }
}
