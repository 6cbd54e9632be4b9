using System.Text.Json;
using System.Text.Json.Serialization;
using TrustedApps.Text;

namespace TrustedApps.Conditions;

/// <summary>
/// Reads and writes <see cref="ConditionsDocument"/>. Reading is strict: a condition that is misspelt or written twice
/// may be a restriction, so it is never dropped.
/// </summary>
public sealed class ConditionsDocumentConverter : JsonConverter<ConditionsDocument>
{
    /// <inheritdoc/>
    public override ConditionsDocument Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("Conditions must be an object.");
        var values = new Dictionary<ConditionMember, object>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            ConditionMember member = ConditionMembers.FindByJsonName(name)
                ?? throw new JsonException($"'{LogSanitizer.Sanitize(name)}' is not a condition.");
            if (!seen.Add(name)) throw new JsonException($"'{name}' is there twice.");
            reader.Read();
            if (member.Read(ref reader) is { } value) values.Add(member, value);
        }

        foreach (ConditionMember member in ConditionMembers.All)
        {
            if (member is ListMember { IsRequired: true } && !values.ContainsKey(member))
            {
                throw new JsonException($"'{member.JsonName}' is missing: it has no default.");
            }
        }

        return new ConditionsDocument(values);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ConditionsDocument value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        foreach (ConditionMember member in ConditionMembers.All)
        {
            if (value.Find(member) is { } present) member.Write(writer, present);
        }

        writer.WriteEndObject();
    }
}
