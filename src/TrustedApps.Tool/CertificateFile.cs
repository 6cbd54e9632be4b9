namespace TrustedApps.Tool;

/// <summary>A version 4 certificate in a file.</summary>
internal static class CertificateFile
{
    private const int MaxLength = 65_536; // bytes

    public static ApplicationCertificate Read(string file)
    {
        if (new FileInfo(file).Length > MaxLength) throw new BadInputException($"{file} has more than 65,536 bytes.");
        return ApplicationCertificate.TryRead(File.ReadAllBytes(file).AsSpan().TrimEnd((byte)'\n'), TimeProvider.System.GetUtcNow(), out ApplicationCertificate? certificate, out string? problem)
            ? certificate
            : throw new BadInputException($"{file}: {problem}");
    }
}
