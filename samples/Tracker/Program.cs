using Samples;
using Tracker;

return await SampleHost.RunAsync(() => TrackerApplication.Create(args));
