using System.Security.Cryptography;

namespace TrustedApps.Keys;

/// <summary>
/// One private key of an application: its use, its place in the rotation and its operations, each of which is counted.
/// Immutable; safe for concurrent use.
/// </summary>
internal sealed class PrivateKey
{
    private readonly IPrivateKeyOperations _operations;

    public PrivateKey(ApplicationKey description, IPrivateKeyOperations operations)
    {
        if (description.Use == KeyUse.Legacy) RequireLegacyStrength(description.PublicKey);
        else RequireVersion4Strength(description.PublicKey);
        (Description, _operations) = (description, operations);
    }

    public PrivateKey(
        KeyUse use, RSAParameters parameters, KeyStatus status = KeyStatus.Current, DateTimeOffset? retiredAt = null)
        : this(use, new SoftwareKey(parameters), status, retiredAt)
    {
    }

    private PrivateKey(KeyUse use, SoftwareKey key, KeyStatus status, DateTimeOffset? retiredAt = null)
        : this(new ApplicationKey(use, status, key.PublicKey, retiredAt), key)
    {
    }

    public ApplicationKey Description { get; }

    public KeyUse Use => Description.Use;

    public KeyStatus Status => Description.Status;

    public DateTimeOffset? RetiredAt => Description.RetiredAt;

    public DateTimeOffset? DueAt => Description.DueAt;

    public RsaPublicKey PublicKey => Description.PublicKey;

    public string KeyId => PublicKey.Thumbprint;

    /// <summary>Whether the private part is in the memory of this process.</summary>
    public bool IsInProcess => _operations is SoftwareKey;

    /// <summary>The number of operations that may be under way at once; null if there is no such bound.</summary>
    public int? MaxConcurrency => (_operations as ExternalOperations)?.MaxConcurrency;

    public static PrivateKey Generate(KeyUse use, int bits, KeyStatus status = KeyStatus.Current) =>
        new(use, SoftwareKey.Generate(bits), status);

    /// <summary>The same key at another place of its rotation.</summary>
    public PrivateKey As(KeyStatus status, DateTimeOffset? retiredAt = null, DateTimeOffset? dueAt = null) =>
        new(Description with { Status = status, RetiredAt = retiredAt, DueAt = dueAt }, _operations);

    /// <summary>See <see cref="IPrivateKeyOperations.SignHashAsync"/>.</summary>
    public ValueTask<byte[]> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding padding,
        CancellationToken cancellationToken = default)
    {
        return PrivateKeyTelemetry.RunAsync(
            "sign",
            static with => with._operations.SignHashAsync(
                with.hash, with.algorithm, with.padding, with.cancellationToken),
            (_operations, hash, algorithm, padding, cancellationToken));
    }

    /// <summary>
    /// See <see cref="IPrivateKeyOperations.UnwrapAsync"/>. A ciphertext of another length needs no operation.
    /// </summary>
    public ValueTask<byte[]?> UnwrapAsync(
        ReadOnlyMemory<byte> wrappedKey,
        CancellationToken cancellationToken = default
    )
    {
        if (wrappedKey.Length != PublicKey.ModulusLength) return default;
        return PrivateKeyTelemetry.RunAsync(
            "decrypt",
            static with => with._operations.UnwrapAsync(with.wrappedKey, with.cancellationToken),
            (_operations, wrappedKey, cancellationToken));
    }

    /// <summary>The numbers, for key files and exports.</summary>
    /// <exception cref="InvalidOperationException">The key is not in the memory of this process.</exception>
    public RSAParameters ExportParameters() =>
        _operations is SoftwareKey key
            ? key.Parameters
            : throw new InvalidOperationException(
                $"The private key {KeyId} cannot be exported: it is not in this process, so it can be neither saved nor used for versions 1 and 2. Back it up where it is kept."
            );

    private static void RequireLegacyStrength(RsaPublicKey key)
    {
        bool isLongEnough = key.Bits is >= KeyStrength.MinimumWeakBits and <= KeyStrength.MaximumBits;
        if (isLongEnough && KeyStrength.IsSafeExponent(key.Exponent)) return;
        throw new ArgumentException(
            "An application's key must have 1,024 to 8,192 bits and an odd exponent from 65537 to 4294967296.",
            nameof(key)
        );
    }

    private static void RequireVersion4Strength(RsaPublicKey key)
    {
        if (KeyStrength.IsForVersion4(key)) return;
        throw new ArgumentException(
            "A key of version 4 must have 2,048 to 4,096 bits and the exponent 65537.",
            nameof(key)
        );
    }
}
