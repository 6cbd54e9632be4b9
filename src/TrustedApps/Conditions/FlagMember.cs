using System.Text.Json;

namespace TrustedApps.Conditions;

/// <summary>A condition that is true or false. The default is false.</summary>
public sealed class FlagMember : ConditionMember
{
    private readonly Func<TrustConditions, bool> _get;
    private readonly Func<TrustConditions, bool, TrustConditions> _set;

    internal FlagMember(Func<TrustConditions, bool> get, Func<TrustConditions, bool, TrustConditions> set) =>
        (_get, _set) = (get, set);

    /// <summary>Returns the flag of some conditions.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <returns>The flag.</returns>
    public bool Get(TrustConditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return _get(conditions);
    }

    /// <summary>Returns conditions with another flag.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="value">The flag.</param>
    /// <returns>The conditions with the flag.</returns>
    public TrustConditions Set(TrustConditions conditions, bool value)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        return _set(conditions, value);
    }

    internal override TrustConditions SetValue(TrustConditions conditions, object value) =>
        Set(conditions, value is bool flag ? flag : throw new ArgumentException($"{Name} must be true or false."));

    internal override object GetValue(TrustConditions conditions) => Get(conditions);

    internal override void Write(Utf8JsonWriter json, object value) => json.WriteBoolean(JsonName, (bool)value);

    internal override object Read(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw Wrong("true or false");
}
