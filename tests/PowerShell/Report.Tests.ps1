BeforeAll {
    Import-Module ([System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")) -Force

    # Items that fail must not end a test for what the test runner sets.
    $ErrorActionPreference = 'Continue'

    function Invoke-Run([string] $Name, [object[]] $Item = 1..5) {
        $Item | Invoke-ConcurrentBatch { if ($_ -eq 3) { throw 'three <b>is</b> bad' }; $_ } -Journal "$TestDrive/run.db" -Name $Name -AsResult -ErrorAction Ignore | Out-Null
    }

    # The report as XML, which it is too.
    function Get-Page([string] $Path) {
        $settings = [System.Xml.XmlReaderSettings]::new()
        $settings.DtdProcessing = 'Ignore'
        $reader = [System.Xml.XmlReader]::Create($Path, $settings)
        try {
            $page = [xml]::new()
            $page.Load($reader)
            $page
        }
        finally { $reader.Dispose() }
    }

    function Get-RunId([string] $Path) { (Get-Page $Path).SelectSingleNode('//footer//code').InnerText }
}

Describe 'Export-BatchReport' {
    BeforeAll {
        Invoke-Run 'first'
        Invoke-Run 'second' 1, 2
    }

    BeforeEach { Remove-Item "$TestDrive/*.html" }

    It 'writes one page about the latest run, and says nothing' {
        Export-BatchReport "$TestDrive/run.db" "$TestDrive/report.html" | Should -BeNullOrEmpty
        $page = Get-Page "$TestDrive/report.html"
        $page.html.head.title | Should -Be 'second: 2 items, completed'
        $page.SelectSingleNode('//h1').InnerText | Should -Be 'second'
        Get-ChildItem $TestDrive -Force -File | Where-Object Name -NotLike 'run.db*' | ForEach-Object Name | Should -Be 'report.html'
    }

    It 'takes the batch by name, whatever the directory of the process is' {
        Push-Location $TestDrive
        try { $file = Export-BatchReport -Journal run.db -Path report.html -Name first -PassThru }
        finally { Pop-Location }
        $file | Should -BeOfType System.IO.FileInfo
        $file.FullName | Should -Be (Get-Item "$TestDrive/report.html").FullName
        $page = Get-Page $file
        $page.SelectSingleNode('//h1').InnerText | Should -Be 'first'
        $page.SelectSingleNode("//section[@id='failures']").InnerText | Should -BeLike '*three <b>is</b> bad*'
    }

    It 'takes runs from the pipeline, and a script block that names their files' {
        Export-BatchReport "$TestDrive/run.db" "$TestDrive/a.html" -Name first
        Export-BatchReport "$TestDrive/run.db" "$TestDrive/b.html" -Name second
        $runs = foreach ($name in 'a', 'b') { [pscustomobject]@{ Journal = "$TestDrive/run.db"; RunId = Get-RunId "$TestDrive/$name.html"; Batch = $name } }
        $runs | Export-BatchReport -Path { "$TestDrive/of-$($_.Batch).html" }
        Get-RunId "$TestDrive/of-a.html" | Should -Be $runs[0].RunId
        Get-RunId "$TestDrive/of-b.html" | Should -Be $runs[1].RunId

        $runs | Export-BatchReport -Path "$TestDrive/one.html" -Force -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -Be 'ReportNamedTwice,BatchOps.PowerShell.Commands.ExportBatchReportCommand'
        Get-RunId "$TestDrive/one.html" | Should -Be $runs[0].RunId
    }

    It 'refuses a file that exists, and replaces it with -Force' {
        Set-Content "$TestDrive/report.html" 'mine'
        { Export-BatchReport "$TestDrive/run.db" "$TestDrive/report.html" -ErrorAction Stop } | Should -Throw -ErrorId 'ReportExists,*' -ExpectedMessage '*-Force*'
        Get-Content "$TestDrive/report.html" | Should -Be 'mine'
        Export-BatchReport "$TestDrive/run.db" "$TestDrive/report.html" -Force
        (Get-Page "$TestDrive/report.html").SelectSingleNode('//h1').InnerText | Should -Be 'second'
    }

    It 'makes nothing with -WhatIf' {
        Export-BatchReport "$TestDrive/run.db" "$TestDrive/report.html" -WhatIf -PassThru | Should -BeNullOrEmpty
        "$TestDrive/report.html" | Should -Not -Exist
    }

    It 'lets only the owner read it' -Skip:$IsWindows {
        $file = Export-BatchReport "$TestDrive/run.db" "$TestDrive/report.html" -PassThru
        $file.UnixFileMode | Should -Be ([System.IO.UnixFileMode] 'UserRead, UserWrite')
    }

    It 'says of <What> what is wrong, and leaves nothing behind' -ForEach @(
        @{ What = 'a journal that is not there'; Given = @{ Journal = 'none.db' }; Id = 'JournalNotFound' }
        @{ What = 'a batch that is not there'; Given = @{ Name = 'third' }; Id = 'JournalNotFound' }
        @{ What = 'a run that is not there'; Given = @{ RunId = [guid]::Empty }; Id = 'JournalNotFound' }
        @{ What = 'a run of another batch'; Given = @{ RunId = 'first'; Name = 'second' }; Id = 'JournalNotFound' }
        @{ What = 'a folder that is not there'; Given = @{ Path = 'none/report.html' }; Id = 'ReportPathInvalid' }
        @{ What = 'a path that is a folder'; Given = @{ Path = '.' }; Id = 'ReportPathInvalid' }
        @{ What = 'a path of another provider'; Given = @{ Path = 'env:report.html' }; Id = 'ReportPathInvalid' }
    ) {
        $arguments = @{ Journal = 'run.db'; Path = 'report.html' } + @{}
        foreach ($name in $Given.Keys) { $arguments[$name] = $Given[$name] }
        if ($arguments.RunId -eq 'first') {
            Export-BatchReport "$TestDrive/run.db" "$TestDrive/first.html" -Name first
            $arguments.RunId = Get-RunId "$TestDrive/first.html"
            Remove-Item "$TestDrive/first.html"
        }
        Push-Location $TestDrive
        try { Export-BatchReport @arguments -ErrorVariable problem -ErrorAction SilentlyContinue }
        finally { Pop-Location }
        $problem | Should -HaveCount 1
        $problem.FullyQualifiedErrorId | Should -Be "$Id,BatchOps.PowerShell.Commands.ExportBatchReportCommand"
        Get-ChildItem $TestDrive -Force -File | Where-Object Name -NotLike 'run.db*' | Should -BeNullOrEmpty
    }
}
