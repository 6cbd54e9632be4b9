using Samples;
using Wiki;

return await SampleHost.RunAsync(() => WikiApplication.Create(args));
