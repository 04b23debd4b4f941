"""Maven: a parent and an extension from a repository."""

from environment import EnvironmentTest
from registries import NAME, VERSION, MavenRepository

POM = """<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>
<relativePath/></parent>
<artifactId>app</artifactId><packaging>pom</packaging>
<repositories><repository><id>central</id><url>{url}</url></repository></repositories>
<pluginRepositories><pluginRepository><id>central</id><url>{url}</url></pluginRepository>
</pluginRepositories>
<build><extensions><extension><groupId>{group}</groupId><artifactId>{name}</artifactId>
<version>{version}</version></extension></extensions></build>
</project>
"""


class MavenTest(EnvironmentTest):
    programs = ("mvn", "java")
    handlers = {"/maven/": MavenRepository("/maven")}

    def mvn(self, name, url, check=True):
        folder = self.lab.folder / name
        folder.mkdir()
        (folder / "pom.xml").write_text(POM.format(
            group=MavenRepository.group, name=NAME, version=VERSION, url=url), encoding="ascii")
        return self.run_client("mvn", "--batch-mode", f"-Dmaven.repo.local={folder}/repository",
                               "validate", cwd=folder, check=check)

    def test_a_project_is_resolved_with_what_cork_env_prints_alone(self):
        self.mvn("app", self.lab.url("/maven"))
        jars = list((self.lab.folder / "app" / "repository").rglob(f"{NAME}-{VERSION}.jar"))
        self.assertEqual(len(jars), 1)
        self.assertGreater(jars[0].stat().st_size, 4 << 20)

    def test_a_repository_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.mvn("lost", self.forbidden("/maven"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)
