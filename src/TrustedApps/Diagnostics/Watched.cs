using System.Runtime.CompilerServices;

namespace TrustedApps.Diagnostics;

/// <summary>
/// The states that observable instruments read when they are collected: each for as long as its owner lives, which this
/// does not prolong. Safe for concurrent use.
/// </summary>
internal sealed class Watched<TState>
    where TState : class
{
    // Of objects: the table could make values of another type by reflection, which trimming reports.
    private readonly ConditionalWeakTable<object, object> _states = [];

    public IEnumerable<TState> States => _states.Select(watched => (TState)watched.Value);

    public void Add(object owner, TState state) => _states.AddOrUpdate(owner, state);
}
