namespace TrustedApps.Conditions;

/// <summary>
/// The value of a condition is not valid. The message has no name of the member: each caller has another.
/// </summary>
public sealed class ConditionException : ArgumentException
{
    internal ConditionException(ConditionMember member, string message, ArgumentException cause)
        : base(message, cause) => Member = member;

    /// <summary>The condition.</summary>
    public ConditionMember Member { get; }
}
