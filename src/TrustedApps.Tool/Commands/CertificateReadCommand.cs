using System.Text.Json;
using Spectre.Console;
using TrustedApps.Certificates;
using TrustedApps.Keys;

namespace TrustedApps.Tool.Commands;

internal static class CertificateReadCommand
{
    public static Command Create(Terminal terminal)
    {
        var source = new FileArgument(
            "SOURCE",
            "A file; - for standard input; or a URL: the application's base URL (the certificate of version 4, or the legacy one where there is none), or the document's own address."
        );
        var fetch = new FetchSymbols();
        var command = new ToolCommand(
            "read",
            "Reads an application's certificate and prints it as JSON.",
            "trusted-apps certificate read https://wiki.example/"
        )
        {
            source,
        };
        fetch.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string name = parsed.GetRequiredValue(source);
            Action<Utf8JsonWriter> write = IsUrl(name)
                ? await FetchAsync(terminal, name, fetch, parsed, cancellationToken).ConfigureAwait(false)
                : Read(await terminal.ReadInputAsync(name, cancellationToken).ConfigureAwait(false));
            await JsonLine.WriteAsync(terminal.Output, write, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static bool IsUrl(string name) =>
        name.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    // Returns a function that writes the certificate that was fetched.
    private static async Task<Action<Utf8JsonWriter>> FetchAsync(
        Terminal terminal,
        string text,
        FetchSymbols fetch,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url))
        {
            throw new BadInputException($"'{text}' is not a URL.");
        }

        using CertificateClient client = fetch.CreateClient(parsed);
        if (Names(url, LegacyCertificate.Path))
        {
            return await FetchLegacyAsync(client, url, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            ApplicationCertificate certificate = await client.FetchAsync(url, cancellationToken).ConfigureAwait(false);
            return json => Write(json, certificate);
        }
        catch (CertificateException none) when (IsNone(none) && !Names(url, ApplicationCertificate.Path))
        {
            return await FetchEitherAsync(terminal, client, url, none, cancellationToken).ConfigureAwait(false);
        }
        catch (CertificateException problem)
        {
            throw new BadInputException(problem.Message);
        }
    }

    // A server may answer 200 with a page of its own to every path. Nothing is trusted here.
    private static bool IsNone(CertificateException problem) =>
        problem.StatusCode == 404 || problem.OtherContentType is not null;

    private static async Task<Action<Utf8JsonWriter>> FetchEitherAsync(
        Terminal terminal,
        CertificateClient client,
        Uri url,
        CertificateException none,
        CancellationToken cancellationToken
    )
    {
        try
        {
            Action<Utf8JsonWriter> write = await FetchLegacyAsync(client, url, cancellationToken).ConfigureAwait(false);
            terminal.Errors.WriteLine("There is no certificate of version 4; this is the legacy one.");
            if (none.OtherContentType is not null) terminal.Errors.WriteLine(ConsoleOutput.ToPlain(none.Message));
            return write;
        }
        catch (BadInputException legacy)
        {
            throw new BadInputException(
                $"There is neither a certificate of version 4 nor a legacy one. {none.Message} {legacy.Message}"
            );
        }
    }

    private static async Task<Action<Utf8JsonWriter>> FetchLegacyAsync(
        CertificateClient client,
        Uri url,
        CancellationToken cancellationToken
    )
    {
        try
        {
            LegacyCertificate certificate = await client.FetchLegacyAsync(url, cancellationToken).ConfigureAwait(false);
            return json => Write(json, certificate);
        }
        catch (CertificateException problem)
        {
            throw new BadInputException(problem.Message);
        }
    }

    private static bool Names(Uri url, string path) =>
        url.AbsolutePath.TrimEnd('/').EndsWith(path, StringComparison.Ordinal);

    private static Action<Utf8JsonWriter> Read(byte[] document)
    {
        if (
            ApplicationCertificate.TryRead(
                document,
                TimeProvider.System.GetUtcNow(),
                out ApplicationCertificate? certificate,
                out string? problem
            )
        )
        {
            return json => Write(json, certificate);
        }

        if (LegacyCertificate.TryRead(document, out LegacyCertificate? legacy, out string? legacyProblem))
        {
            return json => Write(json, legacy);
        }

        throw new BadInputException(document is [(byte)'{', ..] ? problem : legacyProblem); // the one that was meant
    }

    private static void Write(Utf8JsonWriter json, ApplicationCertificate certificate)
    {
        json.WriteString("id", certificate.Id);
        json.WriteString("name", certificate.Name);
        json.WriteNumber("version", 4);
        json.WriteNumber("issuedAt", certificate.IssuedAt.ToUnixTimeSeconds());
        json.WriteStartArray("versions");
        foreach (int version in certificate.Versions) json.WriteNumberValue(version);
        json.WriteEndArray();

        json.WriteStartArray("keys");
        foreach (RsaPublicKey key in certificate.SigningKeys) WriteKey(json, key, "sig", "PS256");
        foreach (RsaPublicKey key in certificate.EncryptionKeys) WriteKey(json, key, "enc", "RSA-OAEP-256");
        json.WriteEndArray();

        json.WriteNull("warning"); // weak keys are refused
    }

    private static void WriteKey(Utf8JsonWriter json, RsaPublicKey key, string use, string algorithm)
    {
        json.WriteStartObject();
        json.WriteString("kid", key.Thumbprint);
        json.WriteString("use", use);
        json.WriteString("alg", algorithm);
        json.WriteNumber("bits", key.Bits);
        json.WriteNumber("exponent", (long)key.Exponent);
        json.WriteString("fingerprint", key.Fingerprint);
        json.WriteEndObject();
    }

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
        // RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8812 section 2), as every legacy version signs
        json.WriteString("alg", "RS1");
        json.WriteNumber("bits", key.Bits);
        json.WritePropertyName("exponent");
        json.WriteRawValue(key.Exponent.ToString(CultureInfo.InvariantCulture)); // a number of any size
        json.WriteString("publicKey", key.ToBase64());
        json.WriteEndObject();
        json.WriteEndArray();

        json.WriteString("warning", key.Weakness);
    }
}
