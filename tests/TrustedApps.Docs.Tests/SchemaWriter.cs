using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Keys;

namespace TrustedApps.Docs.Tests;

/// <summary>
/// Makes JSON Schema (draft 7) out of option types, by the rules of ConfigurationCheck: what it takes from configuration
/// is in the schema, and nothing else.
/// </summary>
internal static partial class SchemaWriter
{
    private const string TimePattern = @"^\d+(\.\d{1,2})?:\d{2}:\d{2}(\.\d{1,7})?$";

    // Options that are the value of a property, or the items of a list.
    private static readonly Type[] _nested =
        [typeof(KeySourceOptions), typeof(KeyLocationOptions), typeof(TrustedApplicationOptions), typeof(LegacyAccessOptions)];

    // The ranges that the validators have, of settings that are numbers.
    private static readonly Dictionary<string, (int Least, int Most)> _ranges = new(StringComparer.Ordinal)
    {
        [nameof(TrustedAppsOptions.MaxBufferedContent)] = (0, 1 << 30),
        [nameof(TrustedAppClientOptions.MaxRedirects)] = (0, 20),
    };

    private static readonly Dictionary<string, string[]> _values = new(StringComparer.Ordinal)
    {
        [nameof(TrustedAppClientOptions.Version)] = ["4", "3", "2", "1", "warwick"],
    };

    private static readonly ConcurrentDictionary<Assembly, XDocument> _comments = new();

    /// <summary>The schema of a section.</summary>
    public static JsonObject Of(Type options)
    {
        var properties = new JsonObject();
        foreach (PropertyInfo property in options.GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            if (Find(property) is { } schema) properties.Add(property.Name, schema);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
    }

    /// <summary>An object with one property, such as a section on the way to another.</summary>
    public static JsonObject Section(string name, JsonNode value) =>
        new() { ["type"] = "object", ["properties"] = new JsonObject { [name] = value } };

    /// <summary>The text of a file.</summary>
    public static string Print(JsonObject schema) => schema.ToJsonString(
        new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    private static JsonObject? Find(PropertyInfo property)
    {
        JsonObject? schema = Find(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, property.Name);
        if (schema is not null && Describe(property) is { Length: > 0 } description) schema["description"] = description;
        return schema;
    }

    private static JsonObject? Find(Type type, string name)
    {
        if (_nested.Contains(type)) return Of(type);
        if (ItemOf(type) is { } item) return Find(item, name) is { } items ? new() { ["type"] = "array", ["items"] = items } : null;
        if (type == typeof(string)) return _values.TryGetValue(name, out string[]? values) ? new() { ["enum"] = NamesOf(values) } : new() { ["type"] = "string" };
        if (type == typeof(bool)) return new() { ["type"] = "boolean" };
        if (type == typeof(TimeSpan)) return new() { ["type"] = "string", ["pattern"] = TimePattern };
        if (type == typeof(DateTimeOffset)) return new() { ["type"] = "string", ["format"] = "date-time" };
        if (type.IsEnum) return new() { ["enum"] = NamesOf(Enum.GetNames(type)) };
        if (type != typeof(int) && type != typeof(long)) return null;
        var number = new JsonObject { ["type"] = "integer" };
        if (_ranges.TryGetValue(name, out (int Least, int Most) range)) (number["minimum"], number["maximum"]) = (range.Least, range.Most);
        return number;
    }

    private static JsonArray NamesOf(string[] names) => [.. names.Select(name => JsonValue.Create(name))];

    private static Type? ItemOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) ? type.GetGenericArguments()[0] : null;

    // Of the XML comment: what it is, and its default and range.
    private static string Describe(PropertyInfo property)
    {
        Type type = property.DeclaringType!;
        XDocument comments = _comments.GetOrAdd(type.Assembly, static assembly =>
            File.Exists(Path.ChangeExtension(assembly.Location, ".xml")) ? XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")) : new XDocument());
        XElement? comment = comments.Descendants("member").FirstOrDefault(member => member.Attribute("name")?.Value == $"P:{type.FullName}.{property.Name}");
        return comment is null ? "" : string.Join(' ', new[] { "summary", "value" }.Select(part => TextOf(comment.Element(part))).Where(text => text.Length > 0));
    }

    private static string TextOf(XElement? element) => element is null ? "" : Space().Replace(string.Concat(element.Nodes().Select(TextOf)), " ").Trim();

    private static string TextOf(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" } link => (link.Attribute("cref")?.Value ?? link.Attribute("langword")?.Value ?? link.Attribute("href")?.Value ?? "").Split('(')[0].Split('.', ':')[^1],
        XElement inner => TextOf(inner),
        _ => "",
    };

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Space();
}
