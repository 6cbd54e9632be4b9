using System.CommandLine.Parsing;
using System.Text.Json;
using TrustedApps.Responses;
using TrustedApps.Trials;

namespace TrustedApps.Tool.Commands;

internal static class ProofCommand
{
    private const string Cert = "X-Seraph-Trusted-App-Cert";

    public static Command Create(Terminal terminal)
    {
        var grant = new FileOption("--grant", "The key grant of the request, which 'issue --grant-out' has kept.");
        var headers = new FileOption(
            "--headers",
            "The headers of the request, as 'issue' printed them; - for standard input."
        );
        var status = new Option<int>("--status")
        {
            Description = "The status code of the response.",
            HelpName = "N",
            Required = true,
        };
        status.Validators.Add(RequireFinal);
        var content = new FileOption(
            "--content",
            "A file with the content of the response as received, content coding included; - for standard input. Default: no content.",
            required: false
        );
        var responseHeaders = new HeaderOption(
            "--header",
            "A header of the response. Content-Type, Content-Encoding, Content-Range and Location are compared. Repeatable."
        );
        var proof = new Argument<string>("PROOF")
        {
            Description =
                $"The value of the response header {ResponseProver.HeaderName}; of the trailer, where the header says dig: trailer.",
        };

        var command = new ToolCommand(
            "proof",
            "Checks the proof of a captured response, and prints what it proves, as a JSON object.",
            "trusted-apps proof --grant wiki.grant --headers request.json --status 200 --header 'Content-Type: text/plain' --content answer.txt eyJhbGciOi..."
        )
        {
            grant,
            headers,
            status,
            content,
            responseHeaders,
            proof,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var kept = TrialKeyGrant.Load(parsed.GetRequiredValue(grant));
                string cert = await ReadCertAsync(terminal, parsed.GetRequiredValue(headers), cancellationToken)
                    .ConfigureAwait(false);
                byte[] received = parsed.GetValue(content) is { } file
                    ? await terminal.ReadAllAsync(file, cancellationToken).ConfigureAwait(false)
                    : [];
                ProvenResponse response = Describe(parsed.GetValue(status), responseHeaders.Read(parsed));
                bool isGood = kept.TryCheckProof(
                    parsed.GetRequiredValue(proof),
                    cert,
                    response,
                    received,
                    out string? claims,
                    out string? problem
                );
                if (!isGood) throw new BadInputException($"The proof does not hold: {problem}.");
                await JsonLine
                    .WriteAsync(terminal.Output, json => JsonLine.WriteMembersOf(json, claims!), cancellationToken)
                    .ConfigureAwait(false);
            }
        );
        return command;
    }

    private static void RequireFinal(OptionResult result)
    {
        bool isFinal =
            result.Tokens is [{ Value: var text }]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            && status is >= 200 and <= 999;
        if (!isFinal) result.AddError("--status must be the status code of a final response: a number from 200 to 999.");
    }

    private static async Task<string> ReadCertAsync(Terminal terminal, string file, CancellationToken cancellationToken)
    {
        byte[] text = await terminal.ReadInputAsync(file, cancellationToken).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.GetProperty(Cert).GetString() is { } cert) return cert;
        }
        catch (Exception malformed)
            when (malformed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // reported below, without what may be a secret
        }

        throw new BadInputException(
            $"{file} does not hold the headers of a request of version 4 as a JSON object. Keep what 'trusted-apps issue' prints in a file."
        );
    }

    private static ProvenResponse Describe(int status, KeyValuePair<string, string>[] headers)
    {
        return new ProvenResponse
        {
            Status = status,
            ContentType = Find("Content-Type"),
            ContentEncoding = Find("Content-Encoding"),
            ContentRange = Find("Content-Range"),
            Location = Find("Location"),
        };

        // several lines of one name are one value (RFC 9110 section 5.3)
        string? Find(string name)
        {
            string[] lines =
            [
                .. headers
                    .Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    .Select(header => header.Value),
            ];
            return lines.Length == 0 ? null : string.Join(", ", lines);
        }
    }
}
