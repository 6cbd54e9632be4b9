using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Npgsql;

namespace TrustedApps.Storage.Replay;

/// <summary>
/// Rows that the database has confirmed to this node: a heartbeat of each second, and the last key of each writer. A
/// database that does not have them any more is another one, or was restored from a snapshot, and may lack accepted
/// assertions.
/// </summary>
internal sealed class ConfirmedMarks
{
    private readonly ConcurrentDictionary<object, Mark> _last = new();

    /// <summary>The last heartbeat; null before the first.</summary>
    public Guid? Heartbeat { get; private set; }

    /// <summary>Records a confirmed row, in place of the last one of the same source.</summary>
    public void Set(object source, ReplayRequest request)
    {
        Guid key = ReplaySession.ToGuid(request.KeyOf(0));
        _last[source] = request.Record.IsSingleUse
            ? new Mark(ReplaySchema.OnceOnlyTable(ReplayRing.SlotOf(request.Issued)), key, "drop_horizon", request.Issued)
            : new Mark(ReplaySchema.LegacyTable, key, "legacy_horizon", request.Record.Until);
    }

    /// <summary>Records the confirmed heartbeat.</summary>
    public void SetHeartbeat(Guid mark)
    {
        _last[this] = new Mark(ReplaySchema.LegacyTable, mark, "legacy_horizon", long.MaxValue);
        Heartbeat = mark;
    }

    /// <summary>Forgets all rows but a new heartbeat, after the horizons were raised.</summary>
    public void Restart(Guid mark)
    {
        _last.Clear();
        SetHeartbeat(mark);
    }

    /// <summary>
    /// Adds the condition that the database has all rows, for a query of the state row. A row that was dropped when it
    /// expired is not missing: the horizon shows it.
    /// </summary>
    public void AppendTo(StringBuilder sql, NpgsqlParameterCollection parameters)
    {
        foreach (Mark mark in _last.Values)
        {
            parameters.Add(new NpgsqlParameter<long> { TypedValue = mark.GoneAt });
            parameters.Add(new NpgsqlParameter<Guid> { TypedValue = mark.Key });
            sql.Append(
                CultureInfo.InvariantCulture,
                $" AND ({mark.Horizon} >= ${parameters.Count - 1} OR EXISTS (SELECT 1 FROM {mark.Table} WHERE mark = ${parameters.Count}))"
            );
        }
    }

    private sealed record Mark(string Table, Guid Key, string Horizon, long GoneAt);
}
