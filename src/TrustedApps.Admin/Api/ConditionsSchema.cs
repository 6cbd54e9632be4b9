using Microsoft.OpenApi;
using TrustedApps.Conditions;

namespace TrustedApps.Admin.Api;

/// <summary>The schema of the conditions of a trust, from the table of their members.</summary>
internal static class ConditionsSchema
{
    public static void Describe(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Properties = ConditionMembers.All.ToDictionary(
            member => member.JsonName,
            IOpenApiSchema (member) => SchemaOf(member),
            StringComparer.Ordinal
        );
        schema.Required = ConditionMembers
            .All.Where(member => member is ListMember { IsRequired: true })
            .Select(member => member.JsonName)
            .ToHashSet(StringComparer.Ordinal);
        schema.AdditionalPropertiesAllowed = false;
    }

    private static OpenApiSchema SchemaOf(ConditionMember member) =>
        member switch
        {
            ListMember list => new OpenApiSchema
            {
                Type = list.IsNullable ? JsonSchemaType.Array | JsonSchemaType.Null : JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = member.Help,
            },
            TimeMember => new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int64",
                Description = $"{member.Help} In milliseconds.",
            },
            _ => new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = member.Help },
        };
}
