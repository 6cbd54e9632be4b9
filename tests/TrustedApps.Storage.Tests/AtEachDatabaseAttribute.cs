using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace TrustedApps.Storage.Tests;

/// <summary>Runs a theory at each kind of database, with each of some values where there are any.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AtEachDatabaseAttribute(params object?[] values) : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        ITheoryDataRow[] rows = [.. Enum.GetValues<DatabaseKind>().SelectMany(kind => values.Length == 0
            ? [new TheoryDataRow(kind)]
            : values.Select(value => new TheoryDataRow(kind, value)))];
        return new(rows);
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>The databases that a store may be in.</summary>
public enum DatabaseKind
{
    /// <summary>A file.</summary>
    Sqlite,

    /// <summary>A server.</summary>
    Postgres,
}
