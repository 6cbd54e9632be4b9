using System.Text.Json;

namespace TrustedApps.Conditions;

/// <summary>A condition that is a list of texts, such as patterns or names.</summary>
public sealed class ListMember : ConditionMember
{
    private readonly Func<TrustConditions, IReadOnlyList<string>?> _get;
    private readonly Func<TrustConditions, IReadOnlyList<string>?, TrustConditions> _set;

    internal ListMember(
        Func<TrustConditions, IReadOnlyList<string>?> get,
        Func<TrustConditions, IReadOnlyList<string>?, TrustConditions> set) => (_get, _set) = (get, set);

    /// <summary>Whether the list has no default: each source of conditions must have it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether null stands for the default. The default of another list is empty.</summary>
    public bool IsNullable { get; init; }

    /// <summary>The only values; null for any.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>A name for one value in the help of the tool.</summary>
    public required string ValueName { get; init; }

    /// <summary>
    /// The meaning of an empty list, where that is not the default; null where it is, or where a list must not be
    /// empty.
    /// </summary>
    public string? EmptyText { get; init; }

    /// <summary>
    /// The meaning of the default under version 4, in a word or two; null for a default that is not worth a mention.
    /// </summary>
    public string? DefaultText { get; init; }

    /// <summary>The meaning of the default under older versions. Default <see cref="DefaultText"/>.</summary>
    public string? DefaultTextOfOlderVersions { get => field ?? DefaultText; init; }

    /// <summary>Returns the list of some conditions.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <returns>The list; null for the default.</returns>
    public IReadOnlyList<string>? Get(TrustConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return _get(conditions);
    }

    /// <summary>Returns conditions with another list.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="values">The list; null for the default.</param>
    /// <returns>The conditions with the list.</returns>
    /// <exception cref="ArgumentException">The list, or a value of it, is not valid.</exception>
    public TrustConditions Set(TrustConditions conditions, IReadOnlyList<string>? values)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        if (values?.Any(value => value is null) == true) throw new ArgumentException("A list must not contain null.");
        return _set(conditions, values ?? (IsNullable || IsRequired ? null : []));
    }

    internal override TrustConditions SetValue(TrustConditions conditions, object value) =>
        Set(
            conditions,
            value as IReadOnlyList<string> ?? throw new ArgumentException($"{Name} must be a list of texts.")
        );

    internal override object? GetValue(TrustConditions conditions) => Get(conditions);

    internal override void Write(Utf8JsonWriter json, object value)
    {
        json.WriteStartArray(JsonName);
        foreach (string text in (IReadOnlyList<string>)value) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    // A null inside of the list is a wrong value, not another kind: Set refuses it.
    internal override object? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null && IsNullable) return null;
        if (json.TokenType != JsonTokenType.StartArray) throw Wrong("a list of texts");
        var values = new List<string?>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) throw Wrong("a list of texts");
            values.Add(json.GetString());
        }

        return values;
    }
}
