using System.Text.Json;

namespace TrustedApps.Tool.Commands;

internal static class CertificateReadCommand
{
    public static Command Create(Terminal terminal)
    {
        var source = new FileArgument("SOURCE", "A file; - for standard input; or a URL: the application's base URL, or the document's own address.");
        var allowHttp = new Option<bool>("--allow-http") { Description = "Fetch by plain http from another host, too. Compare the fingerprint with special care." };

        var command = new ToolCommand("read", "Reads an application's certificate and prints it as JSON.", "trusted-apps certificate read https://wiki.example/") { source, allowHttp };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(source);
            LegacyCertificate certificate = IsUrl(name)
                ? await FetchAsync(name, parsed.GetValue(allowHttp), cancellationToken).ConfigureAwait(false)
                : Read(await terminal.ReadInputAsync(name, cancellationToken).ConfigureAwait(false));
            await JsonLine.WriteAsync(terminal.Output, json => Write(json, certificate), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static bool IsUrl(string name) =>
        name.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || name.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static async Task<LegacyCertificate> FetchAsync(string text, bool allowHttp, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url)) throw new BadInputException($"{text} is no URL.");
        using var client = new CertificateClient(new CertificateClientOptions { AllowHttp = allowHttp });
        try
        {
            return await client.FetchAsync(url, cancellationToken).ConfigureAwait(false);
        }
        catch (CertificateException problem)
        {
            throw new BadInputException(problem.Message);
        }
    }

    private static LegacyCertificate Read(byte[] document) =>
        LegacyCertificate.TryRead(document, out LegacyCertificate? certificate, out string? problem)
            ? certificate
            : throw new BadInputException(problem);

    private static void Write(Utf8JsonWriter json, LegacyCertificate certificate)
    {
        RsaPublicKey key = certificate.PublicKey;
        json.WriteString("id", certificate.Id);
        if (certificate.Version is { } version) json.WriteNumber("version", version);
        else json.WriteNull("version");

        json.WriteStartArray("keys");
        json.WriteStartObject();
        json.WriteString("kid", key.Thumbprint);
        json.WriteString("use", "sig");
        json.WriteString("alg", "RS1"); // RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8812 section 2), as every legacy version signs
        json.WriteNumber("bits", key.Bits);
        json.WritePropertyName("exponent");
        json.WriteRawValue(key.Exponent.ToString(CultureInfo.InvariantCulture)); // a number of any size
        JsonLine.WriteBase64(json, "publicKey", key.ToBase64());
        json.WriteEndObject();
        json.WriteEndArray();

        json.WriteString("warning", key.Weakness);
    }
}
