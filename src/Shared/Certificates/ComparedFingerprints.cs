using TrustedApps.Keys;

namespace TrustedApps.Certificates;

/// <summary>The fingerprints in a setting, which two administrators have compared.</summary>
internal static class ComparedFingerprints
{
    private const int Length = 43; // characters of base64url: a SHA-256 thumbprint (RFC 7638)

    /// <summary>Returns the problem of the first text that is not a fingerprint; null if all are.</summary>
    public static string? FindProblem(IEnumerable<string> fingerprints)
    {
        foreach (string fingerprint in fingerprints)
        {
            string text = fingerprint.Replace(" ", "", StringComparison.Ordinal);
            bool isFingerprint = text.Length == Length
                && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
            if (isFingerprint) continue;
            return $"'{fingerprint}' is not a fingerprint, which has {Length} characters of A-Z, a-z, 0-9, '-' and '_', in groups of four or in one piece. Paste it without a label.";
        }

        return null;
    }

    /// <summary>
    /// Returns the problem if the certificate lacks one of the fingerprints among its signing keys; null if it has all.
    /// Under version 4 each listed key has signed the certificate, so the compared keys vouch for one that was added
    /// later. A missing key may have been stolen.
    /// </summary>
    public static string? FindProblem(
        IReadOnlyList<string> expected,
        IReadOnlyList<RsaPublicKey> signingKeys,
        IReadOnlyList<RsaPublicKey> encryptionKeys,
        string source,
        string setting
    )
    {
        string? missing = expected.FirstOrDefault(fingerprint =>
            !signingKeys.Any(key => key.HasFingerprint(fingerprint))
        );
        if (missing is null) return null;
        string served = string.Join(", and ", signingKeys.Select(key => key.Fingerprint));
        return encryptionKeys.Any(key => key.HasFingerprint(missing))
            ? $"The fingerprint in {setting} is that of the key with use enc in the certificate at {source}. Take that of the key with use sig: {served}, if the other administrator sees the same."
            : $"The certificate at {source} has the fingerprint {served}, not the one in {setting}. Ask the other administrator which is right before you change the setting.";
    }
}
