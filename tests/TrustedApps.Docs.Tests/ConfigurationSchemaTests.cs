using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using TrustedApps.Admin;
using TrustedApps.AspNetCore;
using TrustedApps.Client;
using TrustedApps.Storage;

namespace TrustedApps.Docs.Tests;

/// <summary>The files ConfigurationSchema.json of the packages, with which editors complete and check appsettings.json.</summary>
public sealed class ConfigurationSchemaTests
{
    // Nobody knows the name of a consumer's section. A schema of the application's own can refer to this definition.
    private const string Consumer = "TrustedAppClient";

    private static readonly JsonDocumentOptions _options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly Dictionary<string, Func<JsonObject>> _schemas = new(StringComparer.Ordinal)
    {
        ["TrustedApps"] = () => new() { ["definitions"] = new JsonObject { [Consumer] = SchemaWriter.Of(typeof(TrustedAppClientOptions)) }, ["type"] = "object" },
        ["TrustedApps.AspNetCore"] = () =>
        {
            JsonObject schema = SchemaWriter.Section("Authentication", SchemaWriter.Section("Schemes", SchemaWriter.Section("TrustedApps", SchemaWriter.Of(typeof(TrustedAppsOptions)))));
            schema["properties"]!["TrustedApps"] = SchemaWriter.Of(typeof(TrustedAppsOptions));
            return schema;
        },
        ["TrustedApps.Storage"] = () => SchemaWriter.Section("TrustedAppsStore", SchemaWriter.Of(typeof(TrustedAppsStoreOptions))),
        ["TrustedApps.Admin"] = () => SchemaWriter.Section("TrustedAppsAdmin", SchemaWriter.Of(typeof(TrustedAppsAdminOptions))),
    };

    public static TheoryData<string> Packages => [.. _schemas.Keys];

    /// <summary>The settings in Markdown files, each with the package whose schema is for them.</summary>
    public static TheoryData<string, string, string> Documented
    {
        get
        {
            var blocks = new TheoryData<string, string, string>();
            string[] files =
            [
                "README.md",
                .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.Root, path)),
                .. Directory.GetFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.Root, path)),
            ];
            foreach (CodeBlock block in files.SelectMany(file => CodeBlock.Read(file, "json")))
            {
                if (Parse(block.Code) is not JsonObject settings) continue;
                foreach ((string section, JsonNode? value) in settings)
                {
                    string? package = value is JsonObject inner ? PackageOf(section, inner) : null;
                    if (package is not null) blocks.Add(block.ToString(), package, new JsonObject { [section] = value!.DeepClone() }.ToJsonString());
                }
            }

            return blocks;
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <remarks>To write the files after a change of the options: TRUSTEDAPPS_WRITE_SCHEMAS=1.</remarks>
    [Theory]
    [MemberData(nameof(Packages))]
    public void The_file_of_a_package_is_what_its_options_say(string package)
    {
        JsonObject schema = _schemas[package]();
        schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        string path = Path.Combine(Repository.Root, "src", package, "ConfigurationSchema.json"), text = SchemaWriter.Print(schema);
        if (Environment.GetEnvironmentVariable("TRUSTEDAPPS_WRITE_SCHEMAS") is "1") File.WriteAllText(path, text);
        Assert.Equal(text, File.ReadAllText(path));
        Assert.Contains("\"description\": \"", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Documented))]
    public async Task Documented_settings_are_valid_and_misspelt_ones_are_not(string place, string package, string json)
    {
        JsonSchema schema = await LoadAsync(package);
        JsonNode settings = Parse(json)!;
        if (package == "TrustedApps") settings = settings.AsObject().Single().Value!;
        Assert.True(schema.Validate(settings.ToJsonString()).Count == 0, $"{place}: {string.Join(", ", schema.Validate(settings.ToJsonString()))}");

        foreach (Action<JsonObject> misspell in Misspellings(settings))
        {
            JsonNode copy = settings.DeepClone();
            misspell(copy.AsObject());
            Assert.NotEmpty(schema.Validate(copy.ToJsonString()));
        }
    }

    [Fact]
    public void Documents_configure_providers_and_consumers() =>
        Assert.Superset(new HashSet<string> { "TrustedApps", "TrustedApps.AspNetCore" }, Documented.Select(row => row.Data.Item2).ToHashSet());

    [Theory]
    [InlineData("""{"TrustedApps":{"MaxBufferedContent":1073741825}}""")]
    [InlineData("""{"TrustedApps":{"MaxBufferedContent":"many"}}""")]
    [InlineData("""{"TrustedApps":{"ClockSkew":"30"}}""")]
    [InlineData("""{"TrustedApps":{"AllowHttp":"perhaps"}}""")]
    [InlineData("""{"TrustedApps":{"BaseUrls":"https://tracker.example"}}""")]
    [InlineData("""{"TrustedApps":{"KeySource":{"SigningKey":{"Location":"Somewhere"}}}}""")]
    [InlineData("""{"Authentication":{"Schemes":{"TrustedApps":{"Applications":[{"Legacy":{"Until":[]}}]}}}}""")]
    public async Task A_value_of_another_type_or_range_is_not_valid(string json) =>
        Assert.NotEmpty((await LoadAsync("TrustedApps.AspNetCore")).Validate(json));

    [Fact]
    public async Task Sections_of_others_are_left_alone() =>
        Assert.Empty((await LoadAsync("TrustedApps.AspNetCore")).Validate("""{"Logging":{"LogLevel":{"Default":"Debug"}},"Authentication":{"Schemes":{"Bearer":{"ValidAudiences":["x"]}}}}"""));

    private static async Task<JsonSchema> LoadAsync(string package)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", package, "ConfigurationSchema.json"), Cancellation);
        return package == "TrustedApps"
            ? await JsonSchema.FromJsonAsync(JsonNode.Parse(text)!["definitions"]![Consumer]!.ToJsonString(), Cancellation)
            : await JsonSchema.FromJsonAsync(text, Cancellation);
    }

    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: _options);
        }
        catch (JsonException)
        {
            return null; // a part of a document
        }
    }

    private static string? PackageOf(string section, JsonObject value) => section switch
    {
        "TrustedApps" => "TrustedApps.AspNetCore",
        "Authentication" => value["Schemes"]?["TrustedApps"] is null ? null : "TrustedApps.AspNetCore",
        "TrustedAppsStore" => "TrustedApps.Storage",
        "TrustedAppsAdmin" => "TrustedApps.Admin",
        _ => value.ContainsKey("BaseUrl") && (value.ContainsKey("KeyFile") || value.ContainsKey("KeySource")) ? "TrustedApps" : null,
    };

    // Renames each setting in turn, below the sections that have other sections beside them.
    private static IEnumerable<Action<JsonObject>> Misspellings(JsonNode settings)
    {
        int count = SectionsOf(settings.AsObject()).Sum(section => section.Count);
        for (int number = 0; number < count; number++)
        {
            int chosen = number;
            yield return copy =>
            {
                (JsonObject section, string name) = SectionsOf(copy).SelectMany(inner => inner.Select(setting => (inner, setting.Key))).ElementAt(chosen);
                JsonNode? value = section[name];
                section.Remove(name);
                section.Add(name + "x", value);
            };
        }
    }

    private static IEnumerable<JsonObject> SectionsOf(JsonObject root)
    {
        JsonObject section = root["Authentication"]?["Schemes"]?["TrustedApps"] as JsonObject
            ?? (root.Count == 1 && root.Single() is { Key: "TrustedApps" or "TrustedAppsStore" or "TrustedAppsAdmin", Value: JsonObject inner } ? inner : root);
        return Below(section);

        static IEnumerable<JsonObject> Below(JsonNode? node) => node switch
        {
            JsonObject inner => inner.SelectMany(setting => Below(setting.Value)).Prepend(inner),
            JsonArray list => list.SelectMany(Below),
            _ => [],
        };
    }
}
