using System.Text.Json;
using TrustedApps.Conditions;

namespace TrustedApps.Tests.Conditions;

public class ConditionsDocumentTests
{
    private const string Defaults =
        """{"addresses":["*"],"urls":["*"],"denyUsers":[],"timeoutMilliseconds":60000,"allowanceAheadMilliseconds":900000,"checkForwardedFor":false,"refuseReplays":false,"allowWeakKeys":false,"allowSelf":false,"allowUnboundContent":false,"allowDelegation":false,"scopes":[]}""";

    private const string Everything =
        """{"addresses":["10.0.0.0/8","::1"],"urls":["/rest","/a/*/b"],"versions":["4"],"methods":["GET"],"allowUsers":["fred"],"denyUsers":["root"],"timeoutMilliseconds":12345,"allowanceAheadMilliseconds":54321,"checkForwardedFor":true,"refuseReplays":true,"allowWeakKeys":true,"allowSelf":true,"allowUnboundContent":true,"allowDelegation":true,"delegatedFrom":["blog"],"scopes":["issues.read"]}""";

    [Fact]
    public void Conditions_are_written_with_their_defaults_and_without_nulls() =>
        Assert.Equal(Defaults, Write(new TrustConditions { Addresses = ["*"], Urls = ["*"] }));

    [Theory]
    [InlineData(Defaults)]
    [InlineData(Everything)]
    public void Conditions_that_are_read_are_written_alike(string json) => Assert.Equal(json, Write(Read(json).ToConditions()));

    [Fact]
    public void Members_that_are_left_out_have_their_defaults()
    {
        Assert.Equal(Defaults, Write(Read("""{"urls":["*"],"addresses":["*"]}""").ToConditions()));
        Assert.Equal(Defaults, Write(Read("""{"urls":["*"],"addresses":["*"],"versions":null,"methods":null,"allowUsers":null}""").ToConditions()));
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{}""")]
    [InlineData("""{"addresses":["*"]}""")]
    [InlineData("""{"addresses":["*"],"urls":null}""")]
    [InlineData("""{"addresses":["*"],"urls":"*"}""")]
    [InlineData("""{"addresses":["*"],"urls":[1]}""")]
    [InlineData("""{"addresses":["*"],"urls":[["*"]]}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"denyUsers":null}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"DenyUsers":["ann"]}""")] // another case
    [InlineData("""{"addresses":["*"],"urls":["*"],"denyUser":["ann"]}""")] // misspelt
    [InlineData("""{"addresses":["*"],"urls":["*"],"urls":["/rest"]}""")] // twice
    [InlineData("""{"addresses":["*"],"urls":["*"],"allowSelf":1}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"allowSelf":"true"}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"allowSelf":null}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":"1"}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":1.5}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":1e3}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":9223372036854775808}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":null}""")]
    [InlineData("""{"addresses":["*"],"urls":["\ud800"]}""")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"\ud800":1}""")]
    public void Json_that_is_no_such_document_is_refused_as_such(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Theory]
    [InlineData("""{"addresses":[],"urls":["*"]}""", "Addresses")]
    [InlineData("""{"addresses":[null],"urls":["*"]}""", "Addresses")]
    [InlineData("""{"addresses":["*"],"urls":["rest"]}""", "Urls")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"versions":["5"]}""", "Versions")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"versions":[]}""", "Versions")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"methods":[]}""", "Methods")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"allowUsers":[""]}""", "AllowUsers")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"denyUsers":[null]}""", "DenyUsers")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":0}""", "Timeout")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":-1}""", "Timeout")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":86400001}""", "Timeout")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"timeoutMilliseconds":9223372036854775807}""", "Timeout")]
    [InlineData("""{"addresses":["*"],"urls":["*"],"allowanceAheadMilliseconds":900001}""", "FutureTolerance")]
    public void A_value_that_is_not_valid_is_refused_with_its_member(string json, string name)
    {
        ConditionsDocument document = Read(json);
        Assert.Equal(name, Assert.Throws<ConditionException>(document.ToConditions).Member.Name);
    }

    [Fact]
    public void A_name_in_a_message_is_printable()
    {
        string message = Assert.Throws<JsonException>(() => Read("""{"a\u202eb":1}""")).Message;
        Assert.Contains("'a?b' is not a condition", message, StringComparison.Ordinal);
    }

    private static ConditionsDocument Read(string json) => JsonSerializer.Deserialize<ConditionsDocument>(json)!;

    private static string Write(TrustConditions conditions) =>
        JsonSerializer.Serialize(ConditionsDocument.Of(conditions), _relaxed);

    private static readonly JsonSerializerOptions _relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
