using Spectre.Console;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>Writes a changed trust: as JSON, or as a card and the next step.</summary>
internal static class TrustOutput
{
    public static async Task WriteAsync(
        Terminal terminal,
        bool isJson,
        StoredTrust stored,
        string next,
        CancellationToken cancellationToken
    )
    {
        if (isJson)
        {
            var trust = TrustDocument.Of(stored, TimeProvider.System.GetUtcNow());
            await JsonLine
                .WriteAsync(terminal.Output, json => JsonLine.WriteMembersOf(json, trust.ToJson()), cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        TrustCard.Write(terminal.People, stored);
        terminal.People.WriteLine(ConsoleOutput.ToPlain(next));
    }
}
