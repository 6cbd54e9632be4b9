using Spectre.Console;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>What became of a trust: as JSON, or as a card with what is next.</summary>
internal static class TrustOutput
{
    public static async Task WriteAsync(Terminal terminal, bool isJson, StoredTrust stored, string next, CancellationToken cancellationToken)
    {
        var trust = TrustDocument.Of(stored, TimeProvider.System.GetUtcNow());
        if (isJson)
        {
            await JsonLine.WriteAsync(terminal.Output, json => JsonLine.WriteMembersOf(json, trust.ToJson()), cancellationToken).ConfigureAwait(false);
            return;
        }

        TrustCard.Write(terminal.People, trust);
        terminal.People.WriteLine(ConsoleOutput.ToPlain(next));
    }
}
