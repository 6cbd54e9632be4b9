using TrustedApps.Storage.Tests;
using TrustedApps.Storage.Tests.Database;
using TrustedApps.TestSupport;

// Makes the databases in tests/TrustedApps.Storage.Tests/Databases again: a store as version 1 of the schema left it,
// which later versions must be able to read. Only for use before version 1 is released.
await using var postgres = new PostgresFixture();
foreach (DatabaseKind kind in Enum.GetValues<DatabaseKind>())
{
    Console.WriteLine(await VersionOne.MakeAsync(kind, postgres));
}
