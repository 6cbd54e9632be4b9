using Demo;

bool serve = args.Contains("--serve", StringComparer.Ordinal);
DirectoryInfo keyFiles = Directory.CreateTempSubdirectory("trustedapps-demo-");
try
{
    var report = new Report();
    await using Pair pair = await Pair.StartAsync(keyFiles.FullName, logs: serve, report);
    await TwoReaders.ShowAsync(pair, report);
    await Chain.ShowAsync(pair, report);
    await Rotation.ShowAsync(pair, report); // before somebody else's keys use up the fetch in five minutes
    await Refusals.ProvokeAsync(pair, report);
    await Refusals.ServeOldPeerAsync(pair, report);
    await Companions.ShowAsync(pair, report);

    int exitCode = report.Conclude();
    if (serve && exitCode == 0) await pair.ServeAsync(report);
    return exitCode;
}
finally
{
    keyFiles.Delete(recursive: true);
}
