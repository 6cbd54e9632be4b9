namespace TrustedApps.Replay;

/// <summary>What the memory says of an assertion.</summary>
internal enum ReplayAnswer
{
    /// <summary>Nothing of it can be remembered: the memory is full.</summary>
    Full,

    /// <summary>A part of it was used with something else, or it is too old for the memory to know.</summary>
    Conflicting,

    /// <summary>The identical assertion was used before.</summary>
    Repeated,

    /// <summary>Nothing of it was used before.</summary>
    First,
}
