using System.Text.Json;

namespace TrustedApps.Tool.Commands;

internal static class CertificateReadCommand
{
    public static Command Create(Terminal terminal)
    {
        var source = new FileArgument("SOURCE", "A file, or - for standard input.");

        var command = new ToolCommand("read", "Reads an application's certificate and prints it as JSON.", "trusted-apps certificate read wiki.certificate") { source };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            byte[] document = await terminal.ReadInputAsync(parsed.GetRequiredValue(source), cancellationToken).ConfigureAwait(false);
            if (!ApplicationCertificate.TryRead(document, out ApplicationCertificate? certificate, out string? problem)) throw new BadInputException(problem);
            await JsonLine.WriteAsync(terminal.Output, json => Write(json, certificate), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static void Write(Utf8JsonWriter json, ApplicationCertificate certificate)
    {
        RsaPublicKey key = certificate.PublicKey;
        json.WriteString("id", certificate.Id);
        if (certificate.Version == 0) json.WriteNull("version");
        else json.WriteNumber("version", certificate.Version);

        json.WriteStartArray("keys");
        json.WriteStartObject();
        json.WriteString("kid", key.Thumbprint);
        json.WriteString("use", "sig");
        json.WriteString("alg", "RS1"); // RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8812 section 2), as every legacy version signs
        json.WriteNumber("bits", key.Bits);
        json.WritePropertyName("exponent");
        json.WriteRawValue(key.Exponent.ToString(CultureInfo.InvariantCulture)); // a number of any size
        json.WriteString("publicKey", key.ToBase64());
        json.WriteEndObject();
        json.WriteEndArray();

        json.WriteString("warning", key.Weakness);
    }
}
