using System.Text.Json;
using TrustedApps.Keys;
using TrustedApps.Storage;

namespace TrustedApps.Tool.Administration;

/// <summary>A pinned provider as JSON.</summary>
internal static class ProviderOutput
{
    public static Task WriteAsync(Terminal terminal, StoredProvider provider, CancellationToken cancellationToken) =>
        JsonLine.WriteAsync(terminal.Output, json => Write(json, provider), cancellationToken);

    private static void Write(Utf8JsonWriter json, StoredProvider provider)
    {
        json.WriteString("baseUrl", provider.BaseUrl.Text);
        json.WriteString("id", provider.Record.Id);
        json.WriteString("name", provider.Record.Name);
        json.WriteStartArray("signingKeys");
        foreach (RsaPublicKey key in provider.Record.SigningKeys) json.WriteStringValue(key.Fingerprint);
        json.WriteEndArray();
        json.WriteString("confirmedAt", provider.Record.LastConfirmedAt);
        json.WriteString("addedAt", provider.AddedAt);
        json.WriteString("addedBy", provider.AddedBy);
    }
}
