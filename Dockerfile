# syntax=docker/dockerfile:1
# The checker alone, for a user without rights: mount the project, read-only, at /project.
#   docker run --rm -v "$PWD:/project:ro" mi-kscheck check
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /mi-kscheck ./cmd/mi-kscheck

FROM scratch
COPY --from=build /mi-kscheck /mi-kscheck
USER 65532:65532
WORKDIR /project
ENTRYPOINT ["/mi-kscheck"]
