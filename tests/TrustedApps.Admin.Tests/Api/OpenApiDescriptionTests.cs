using System.Text.Json.Nodes;
using TrustedApps.Conditions;

namespace TrustedApps.Admin.Tests.Api;

public class OpenApiDescriptionTests
{
    [Fact]
    public async Task The_document_has_every_endpoint_and_says_what_it_takes_and_answers()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode document = Json.Good(await host.GetAsync("/openapi.json"));
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);

        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Method: operation.Key.ToUpperInvariant(), Path: path.Key, Operation: operation.Value!)))
            .ToList();
        IEnumerable<(string, string)> listed = operations.Select(known => (known.Method, known.Path.Replace("{id}", "wiki", StringComparison.Ordinal).Replace("{thumbprint}", "abc", StringComparison.Ordinal)));
        Assert.Equal(RequestGateTests.EndpointsOf(host).Where(endpoint => !endpoint.Path.EndsWith("/openapi.json", StringComparison.Ordinal)).Order(), listed.Order());
        Assert.Distinct(operations.Select(known => (string)known.Operation["operationId"]!));
        Assert.All(operations, known =>
        {
            Assert.NotEmpty((string)known.Operation["summary"]!);
            JsonObject responses = known.Operation["responses"]!.AsObject();
            Assert.Superset(new HashSet<string> { "400", "401", "403", "503" }, responses.Select(response => response.Key).ToHashSet());
            Assert.Contains(responses, response => response.Key.StartsWith('2'));
            Assert.NotNull(responses["503"]!["content"]!["application/problem+json"]!["schema"]);
            bool takesContent = known.Operation["requestBody"] is not null;
            if (takesContent) Assert.Equal(["application/json"], known.Operation["requestBody"]!["content"]!.AsObject().Select(content => content.Key));
            Assert.Equal(known.Method != "GET" && !takesContent, Has(known.Operation, "X-Requested-With"));
        });
    }

    [Fact]
    public async Task The_document_says_which_headers_go_with_an_edit()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode paths = Json.Good(await host.GetAsync("/openapi.json"))["paths"]!;
        JsonNode edit = paths[AdminHost.Api + "/trusts/{id}"]!["put"]!;
        Assert.True(Has(edit, "If-Match"));
        Assert.True(Has(edit, "id"));
        Assert.NotNull(edit["responses"]!["200"]!["headers"]!["ETag"]);
        Assert.NotNull(edit["responses"]!["412"]);
        Assert.NotNull(edit["responses"]!["428"]);
        Assert.NotNull(paths[AdminHost.Api + "/trusts"]!["post"]!["responses"]!["201"]!["headers"]!["Location"]);
        Assert.False(Has(paths[AdminHost.Api + "/trusts"]!["get"]!, "If-Match"));
    }

    [Fact]
    public async Task References_lead_somewhere_and_numbers_are_numbers()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        Answer answer = await host.GetAsync("/openapi.json");
        JsonNode document = Json.Good(answer);
        JsonObject schemas = document["components"]!["schemas"]!.AsObject();
        Assert.All(References(document), reference => Assert.True(schemas.ContainsKey(reference.Replace("#/components/schemas/", "", StringComparison.Ordinal)), reference));
        JsonNode timeout = schemas["ConditionsDocument"]!["properties"]!["timeoutMilliseconds"]!;
        Assert.Equal("integer", (string)timeout["type"]!);
    }

    [Fact]
    public async Task The_document_describes_each_condition()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode schema = Json.Good(await host.GetAsync("/openapi.json"))["components"]!["schemas"]!["ConditionsDocument"]!;
        JsonObject properties = schema["properties"]!.AsObject();
        Assert.Equal(ConditionMembers.All.Select(member => member.JsonName), properties.Select(property => property.Key));
        Assert.All(properties, property => Assert.NotEmpty((string)property.Value!["description"]!));
        Assert.Equal(["addresses", "urls"], schema["required"]!.AsArray().Select(name => (string)name!));
        Assert.Equal("boolean", (string)properties["allowSelf"]!["type"]!);
        Assert.Equal("string", (string)properties["addresses"]!["items"]!["type"]!);
        Assert.False((bool)schema["additionalProperties"]!);
    }

    [Fact]
    public async Task The_document_of_the_host_has_none_of_it()
    {
        await using AdminHost host = await AdminHost.StartAsync();
        JsonNode document = JsonNode.Parse((await host.SendAsync("GET", "/host/host.json")).Body)!;
        Assert.DoesNotContain(document["paths"]!.AsObject(), path => path.Key.StartsWith(AdminHost.Api, StringComparison.Ordinal));
    }

    private static bool Has(JsonNode operation, string parameter) => operation["parameters"]?.AsArray().Any(known => (string)known!["name"]! == parameter) == true;

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member is { Key: "$ref", Value: JsonValue value } ? [value.ToString()] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
