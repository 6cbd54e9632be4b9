using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrustedApps.Admin.Display;

/// <summary>One value that differs between two JSON documents.</summary>
/// <param name="Name">Its name, with dots.</param>
/// <param name="Before">The earlier value; null if there was none.</param>
/// <param name="After">The present value; null if there is none.</param>
internal sealed record Difference(string Name, string? Before, string? After)
{
    /// <summary>Compares two JSON documents member by member; other text is compared as one value.</summary>
    public static IReadOnlyList<Difference> Between(string? before, string? after)
    {
        Dictionary<string, string> earlier = Flatten(before);
        Dictionary<string, string> later = Flatten(after);
        return
        [
            .. earlier.Keys.Union(later.Keys, StringComparer.Ordinal)
                .Select(name => new Difference(name, earlier.GetValueOrDefault(name), later.GetValueOrDefault(name)))
                .Where(difference => difference.Before != difference.After),
        ];
    }

    private static Dictionary<string, string> Flatten(string? json)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is null) return values;
        try
        {
            Add(values, "", JsonNode.Parse(json));
        }
        catch (JsonException)
        {
            values["text"] = json;
        }

        return values;
    }

    private static void Add(Dictionary<string, string> values, string name, JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach ((string member, JsonNode? value) in members)
            {
                Add(values, name.Length == 0 ? member : $"{name}.{member}", value);
            }
        }
        else if (node is JsonArray items)
        {
            values[name] = string.Join(", ", items.Select(TextOf));
        }
        else if (node is not null)
        {
            values[name.Length == 0 ? "value" : name] = TextOf(node);
        }
    }

    private static string TextOf(JsonNode? node) => node is JsonObject members
        ? string.Join(' ', members.Select(member => TextOf(member.Value)))
        : node?.ToString() ?? "";
}
